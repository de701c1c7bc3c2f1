// Command ids: made here, kept until the truth is known. `randomUUID` is missing over plain http.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 24 characters of base64url: 144 random bits. */
export function newId(random = (bytes) => crypto.getRandomValues(bytes)) {
  return Array.from(random(new Uint8Array(24)), (byte) => ALPHABET[byte & 63]).join("");
}
