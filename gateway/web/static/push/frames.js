// Centrifuge's JSON protocol: several commands or replies in one text frame, one JSON object a line.

export const encode = (commands) => commands.map((command) => JSON.stringify(command)).join("\n");

/** The objects of a frame, in order; a line that is no object breaks the connection (it throws). */
export function decode(text) {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const message = JSON.parse(line);
    if (message === null || typeof message !== "object" || Array.isArray(message)) throw new TypeError("not an object");
    return message;
  });
}

export const isPing = (message) => Object.keys(message).length === 0;
