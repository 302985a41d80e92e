// Passes a page on: by the system's own menu, else by copying its address. In WeChat, whose menu shares what it finds in
// the page, the picture of the link is put where it looks for one.
(function () {
  "use strict";
  function meta(name) {
    var element = document.querySelector('meta[property="' + name + '"]');
    return element ? element.content : "";
  }
  function address() {
    return document.querySelector("link[rel=canonical]").href;
  }
  function reveal() {
    document.querySelectorAll("button.pass-on").forEach(function (button) { button.hidden = false; });
  }
  function copied() {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(address());
    return Promise.reject(new Error("no clipboard"));
  }
  function tell(button, text, link) {
    var told = button.parentNode.querySelector(".told");
    told.textContent = text;
    if (!link) return;
    var shown = document.createElement("a");
    shown.href = shown.textContent = link;
    told.append(" ", shown);
  }
  function pass(event) {
    var button = event.target.closest("button.pass-on");
    if (!button) return;
    if (navigator.share) {
      navigator.share({ title: document.title, text: meta("og:title"), url: address() }).catch(function (error) {
        // Who closes the menu has changed his mind; anything else, such as a browser that only pretends, is helped out of.
        if (error.name !== "AbortError") copy(button);
      });
    } else {
      copy(button);
    }
  }
  function copy(button) {
    copied().then(
      function () { tell(button, button.dataset.copied); },
      function () { tell(button, button.dataset.failed, address()); }
    );
  }
  function picture() {
    var image = new Image();
    image.alt = "";
    image.hidden = true;
    image.src = new URL(meta("og:image")).pathname + new URL(meta("og:image")).search;
    document.body.prepend(image);
  }
  reveal();
  document.addEventListener("click", pass);
  document.addEventListener("htmx:afterSettle", reveal);
  if (/MicroMessenger/.test(navigator.userAgent) && meta("og:image")) picture();
})();
