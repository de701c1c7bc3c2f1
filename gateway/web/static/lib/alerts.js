// Outbid and close are told by sight, sound, vibration, title and badge; each can be switched off.
// Rule 1: sound waits for the first gesture (browsers ask for it); nothing here decides anything.
// Rule 2: no alert ever ends what it is told of: a way that a browser does not have, or throws at, is left out.

import { recall, remember } from "./storage.js";

export const KINDS = ["sound", "vibration", "title", "notification"];
const standard = { sound: true, vibration: true, title: true, notification: false };
let audio = null;
let titleBefore = null;

export const switches = () => ({ ...standard, ...recall("alerts", {}) });

export async function setSwitch(kind, on) {
  let wanted = on;
  if (kind === "notification" && on) wanted = "Notification" in globalThis && (await Notification.requestPermission()) === "granted";
  remember("alerts", { ...switches(), [kind]: wanted });
  return wanted;
}

/** Call once: makes sound possible after the first touch or key. */
export function waitForGesture(target = document) {
  const start = () => {
    audio ??= "AudioContext" in globalThis ? new AudioContext() : null;
    audio?.resume?.();
    document.documentElement.dataset.sound = audio ? "ready" : "none";
  };
  for (const event of ["pointerdown", "keydown"]) target.addEventListener(event, start, { once: true, passive: true });
}

function tone(frequency, startsIn, seconds) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  const start = audio.currentTime + startsIn;
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + seconds);
}

function beep(urgent) {
  if (!audio) return false;
  tone(urgent ? 740 : 520, 0, 0.18);
  if (urgent) tone(560, 0.2, 0.26);
  return true;
}

/** On phones the page may not make one itself: its worker does (`new Notification` throws there). */
async function notifyByWorker(text) {
  const worker = await navigator.serviceWorker.register("/static/alerts_worker.js");
  await worker.showNotification(text, { tag: "shuoguo", data: location.pathname });
}

function notify(text) {
  if (globalThis.Notification?.permission !== "granted") return false;
  try {
    return Boolean(new Notification(text, { tag: "shuoguo" }));
  } catch {
    if (!("serviceWorker" in navigator)) return false;
    void notifyByWorker(text).catch(() => {});
    return true;
  }
}

function mark(text) {
  titleBefore ??= document.title;
  document.title = `● ${text}`;
  navigator.setAppBadge?.().catch(() => {});
  return true;
}

/** Tell him. `text` stands in the title until he looks at the page or `calm()` is called. Returns the ways that worked. */
export function alertPerson(text, { urgent = true } = {}) {
  const on = switches();
  const ways = {
    sound: () => beep(urgent), vibration: () => navigator.vibrate?.(urgent ? [180, 80, 180] : [120]),
    title: () => mark(text), notification: () => document.hidden && notify(text),
  };
  const told = KINDS.filter((kind) => {
    try {
      return on[kind] && ways[kind]();
    } catch {
      return false; // rule 2
    }
  });
  document.documentElement.dataset.alerted = told.join(" ");
  return told;
}

export function calm() {
  if (titleBefore !== null) document.title = titleBefore;
  titleBefore = null;
  navigator.clearAppBadge?.().catch(() => {});
}

/** Keep the screen on while the page is seen; where the browser cannot, nothing happens. */
export function keepAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
