// What a code of the server means for us, as the protocol says.

export const CONNECTION_EXPIRED = 3005; // of a close: with another token we come back
export const INVALID_TOKEN = 3500; // of a close: the sign-in behind it is over
export const TOKEN_EXPIRED = 109;
export const TOO_MANY_REQUESTS = 111;
export const UNRECOVERABLE = 112;

/** Whether we come back after the socket was closed with this code. */
export function reconnects(closeCode) {
  if (closeCode === 1009) return false;
  if (closeCode < 3000) return true;
  if (closeCode < 3500) return true;
  return closeCode >= 4000 && closeCode < 4500;
}

/** Whether a refused connect, subscribe or refresh is tried again. */
export const isTemporary = (error) => error.temporary === true || error.code < 100 || error.code === TOKEN_EXPIRED;

/** Whether we subscribe again after the server took a subscription away. */
export const resubscribes = (unsubscribeCode) => unsubscribeCode >= 2500;
