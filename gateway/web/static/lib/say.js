// What a screen reader is told. Polite: prices and marks of the clock; assertive: outbid and the end.

import { setText } from "./dom.js";

function into(id, text) {
  const region = document.getElementById(id);
  setText(region, "");
  setText(region, text);
}

export const sayPolitely = (text) => into("polite", text);
export const sayNow = (text) => into("assertive", text);
