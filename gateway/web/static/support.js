// Loaded before all else and written for any browser: one that lacks what the pages stand on is told so, in one
// sentence, instead of waiting for ever (docs/browsers.md). No newer word of the language may stand here.
(function () {
  var needs = {
    modules: "noModule" in document.createElement("script"),
    socket: "WebSocket" in window && "fetch" in window && "AbortController" in window,
    language: "BigInt" in window && "replaceChildren" in Element.prototype && "at" in Array.prototype && "replaceAll" in String.prototype,
    dialog: "HTMLDialogElement" in window,
    watch: "ResizeObserver" in window && "customElements" in window
  };
  var missing = Object.keys(needs).filter(function (name) { return !needs[name]; });
  if (!missing.length) return;
  document.documentElement.setAttribute("data-unsupported", missing.join(" "));
  document.addEventListener("DOMContentLoaded", function () {
    var main = document.getElementById("main");
    var card = document.createElement("div");
    card.className = "empty";
    ["这个浏览器太旧，无法使用本平台。请更新浏览器，或换用 Chrome / Edge 100、Safari 15.4、Firefox 100 以上的版本。",
      "This browser is too old for this platform. Please update it, or use Chrome or Edge 100, Safari 15.4, Firefox 100 or later."].forEach(function (text) {
      var line = document.createElement("p");
      line.appendChild(document.createTextNode(text));
      card.appendChild(line);
    });
    main.innerHTML = "";
    main.removeAttribute("aria-busy");
    main.appendChild(card);
  });
})();
