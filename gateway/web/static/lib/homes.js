// Where each role is at home: the page with what it has to do. Who has several is at home in the
// first of them, and finds the others in his menu.

const HOMES = [
  { key: "control", path: "/desk", roles: ["bid_controller", "supervisor", "auctioneer"] },
  { key: "host", path: "/desk", roles: ["host", "stage_controller"] },
  { key: "desk", path: "/desk", roles: ["desk_officer", "desk_reviewer", "desk_issuer", "treasurer", "registrar"] },
  { key: "expert", path: "/desk", roles: ["expert"] },
  { key: "seller", path: "/seller", roles: ["seller", "seller_approver", "completer"] },
  { key: "projects", path: "/seller", roles: ["broker", "presenter"] },
];
const OWN = { key: "me", path: "/me", roles: [] };

/** Every home of a person, one a page, the first one first; his own page is always among them. */
export function homesOf(me) {
  const found = [...HOMES.filter((home) => home.roles.some((role) => me.roles.includes(role))), OWN];
  return found.filter((home, index) => found.findIndex((other) => other.path === home.path) === index);
}

export const homeOf = (me) => homesOf(me)[0];

/** Whether a person has a home of this key, though another one may share its page. */
export const isAtHome = (me, key) => HOMES.some((home) => home.key === key && home.roles.some((role) => me.roles.includes(role)));
