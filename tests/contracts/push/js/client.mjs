// The unmodified centrifuge-js, told what to do a line at a time; a JSON line for all that it hears.
// Run in a folder that has node_modules: node client.mjs URL ORIGIN

import readline from "node:readline";
import { Centrifuge } from "centrifuge";
import { Centrifuge as WithProtobuf } from "centrifuge/build/protobuf";
import WebSocket from "ws";

const [url, origin] = process.argv.slice(2);
const tell = (what, more = {}) => process.stdout.write(`${JSON.stringify({ what, ...more })}\n`);

class FromOurPage extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { origin });
  }
}

let client = null;
const subscriptions = new Map();

const steps = {
  connect({ tokens, protocol = "json" }) {
    const next = () => tokens.shift() ?? "ann";
    client = new (protocol === "protobuf" ? WithProtobuf : Centrifuge)(url, {
      protocol, websocket: FromOurPage, token: next(), getToken: async () => next(),
      minReconnectDelay: 50, maxReconnectDelay: 200,
    });
    client.on("connected", ({ data }) => tell("connected", { data }));
    client.on("connecting", ({ code, reason }) => tell("connecting", { code, reason }));
    client.on("disconnected", ({ code, reason }) => tell("disconnected", { code, reason }));
    client.on("message", ({ data }) => tell("message", { data }));
    client.on("error", ({ error }) => tell("error", { code: error.code }));
    client.connect();
  },
  subscribe({ channel, options = {} }) {
    const wishes = options.getToken ? { ...options, getToken: async () => options.getToken } : options;
    const subscription = client.newSubscription(channel, wishes);
    subscription.on("error", ({ error }) => tell("wait", { channel, code: error.code, message: error.message }));
    subscription.on("subscribed", ({ data, recovered, wasRecovering, streamPosition }) =>
      tell("subscribed", { channel, data, recovered, wasRecovering, streamPosition }));
    subscription.on("publication", ({ data, offset }) => tell("publication", { channel, data, offset }));
    subscription.on("unsubscribed", ({ code, reason }) => tell("unsubscribed", { channel, code, reason }));
    subscription.subscribe();
    subscriptions.set(channel, subscription);
  },
  rpc({ method, data }) {
    client.rpc(method, data).then(
      (answer) => tell("answer", { data: answer.data }),
      ({ code, message, temporary }) => tell("refused", { code, message, temporary }),
    );
  },
  send({ data }) {
    client.send(data);
  },
  batch({ channels, bytes }) {
    client.startBatching();
    for (const channel of channels) steps.subscribe({ channel });
    steps.rpc({ method: "echo", data: "x".repeat(bytes) });
    client.stopBatching();
  },
  presenceStats({ channel }) {
    client.presenceStats(channel).then((stats) => tell("stats", stats), ({ code }) => tell("refused", { code }));
  },
  end() {
    client?.disconnect();
    process.exit(0);
  },
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { step, ...more } = JSON.parse(line);
  steps[step](more);
}).on("close", () => process.exit(0));
