// What this browser keeps: drafts, switches, commands whose end is not known. A browser that keeps
// nothing (private window, full disk) still works, only forgetfully.

const PREFIX = "shuoguo.";

export function recall(name, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    if (value === null || value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // nothing to be done: it is kept in memory only
  }
}

/** Forget everything whose name begins so. */
export function forget(prefix) {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX + prefix)) localStorage.removeItem(name);
  } catch {
    // there is nothing that was kept
  }
}

/** Keep what is typed into a field until the returned function is called, or somebody else signs in. */
export function keepDraft(control, name) {
  const key = `draft.${name}`;
  control.value = recall(key, "");
  control.addEventListener("input", () => remember(key, control.value || null));
  return () => {
    control.value = "";
    remember(key, null);
  };
}
