// Drawn signs, so that no state is told by colour alone. One stroke width, one box of 24.

import { setAttribute, svg } from "../lib/dom.js";

const PATHS = {
  ok: "M5 12.5l4.5 4.5L19 7.5",
  up: "M12 20V5M6 11l6-6 6 6",
  wait: "M12 3.5a8.5 8.5 0 1 0 .01 0M12 7.5V12l3 2",
  off: "M3 9a14 14 0 0 1 18 0M6.500 13a9 9 0 0 1 11 0M10 17a4 4 0 0 1 4 0M4 20L20 4",
  hold: "M10 9v6M14 9v6M12 3.500a8.500 8.500 0 1 0 .01 0",
  big: "M12 4l9 16H3zM12 10v4.500M12 17.200v.1",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9.200a2.800 2.800 0 1 0 .01 0",
  people: "M9 5a3.500 3.500 0 1 0 .01 0M2.500 19.500c.6-3.600 3.300-5.500 6.500-5.500s5.900 1.900 6.500 5.500M16 5.500a3.300 3.300 0 0 1 0 6.200M18 14.500c2 .8 3.200 2.500 3.500 5",
  steps: "M3 19h5v-5h5V9h5V4h3",
  back: "M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6",
  flag: "M5 21V4h13l-2.500 4L18 12H5",
  shield: "M12 3l7.500 3v5.500c0 4.500-3 7.800-7.500 9.500-4.500-1.700-7.500-5-7.500-9.500V6zM8.500 12l2.500 2.500 4.500-5",
  envelope: "M3 6h18v12H3zM3 7l9 6.500L21 7",
  open: "M12 3.500a8.500 8.500 0 1 0 .01 0",
};

export const icon = (name) => svg("svg", { viewBox: "0 0 24 24", class: "i", "aria-hidden": "true", "data-icon": name }, svg("path", { d: PATHS[name] }));

/** Change which sign an icon shows. */
export function setIcon(element, name) {
  setAttribute(element, "data-icon", name);
  setAttribute(element.firstChild, "d", PATHS[name]);
}
