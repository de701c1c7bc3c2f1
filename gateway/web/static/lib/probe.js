// The probe of the server's time over HTTP.

import { get } from "./api.js";
import { ServerClock } from "../push/clock.js";

export async function probeTime() {
  const answer = await get("/api/time", 3000);
  return answer.server_time_ms;
}

export const clockOf = (probe) => new ServerClock({ probe });
