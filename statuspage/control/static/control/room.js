// The control room looks again every few seconds while somebody looks at it, and says when it cannot.
(function () {
  "use strict";
  var EVERY_MS = 4000, STALE_AFTER_MS = 20000;
  var room, stale, lookedAt, heardAt = Date.now(), typing = false, touchedAt = 0, open = {}, focus = null;

  function look() {
    // What is swapped under a finger, or under half a Chinese word, is worse than what is some seconds old.
    var busy = typing || Date.now() - touchedAt < 1000;
    if (document.visibilityState === "visible" && !busy) window.htmx.trigger(room, "look");
    tell();
  }
  function tell() {
    stale.hidden = Date.now() - heardAt < STALE_AFTER_MS;
    document.body.classList.toggle("is-stale", !stale.hidden);
  }
  function ask(event) {
    if (event.detail.elt === room) event.detail.headers["If-None-Match"] = room.dataset.tag;
  }
  function before(event) {
    var xhr = event.detail.xhr, at = xhr.getResponseHeader("X-Looked-At");
    if (xhr.status >= 400) return;
    if (!at) {
      // Somebody else answers: the session is over, and this is the form to log in.
      event.detail.shouldSwap = false;
      window.location.reload();
      return;
    }
    heardAt = Date.now();
    lookedAt.textContent = at;
    tell();
    if (xhr.status === 304) return;
    room.dataset.tag = xhr.getResponseHeader("ETag");
    open = {};
    room.querySelectorAll("details[open]").forEach(function (element) {
      open[element.id] = element.dataset.mark;
    });
    var active = document.activeElement;
    focus = active && active.id && room.contains(active) ? [active.id, active.selectionStart, active.selectionEnd] : null;
    if (event.detail.requestConfig.verb === "post") open = {};
  }
  // What somebody was about to decide stays open where it still is about the same.
  function after(event) {
    if (event.detail.target !== room) return;
    Object.keys(open).forEach(function (id) {
      var element = document.getElementById(id);
      if (element && element.dataset.mark === open[id]) element.open = true;
    });
    var element = focus && document.getElementById(focus[0]);
    if (!element || element === document.activeElement) return;
    element.focus({ preventScroll: true });
    if (focus[1] !== undefined && focus[1] !== null) element.setSelectionRange(focus[1], focus[2]);
  }
  document.addEventListener("DOMContentLoaded", function () {
    room = document.getElementById("room");
    stale = document.getElementById("room-stale");
    lookedAt = document.getElementById("looked-at");
    document.body.addEventListener("htmx:configRequest", ask);
    document.body.addEventListener("htmx:beforeSwap", before);
    document.body.addEventListener("htmx:afterSwap", after);
    document.addEventListener("compositionstart", function () { typing = true; });
    document.addEventListener("compositionend", function () { typing = false; });
    document.addEventListener("pointerdown", function () { touchedAt = Date.now(); });
    document.addEventListener("visibilitychange", look);
    setInterval(look, EVERY_MS);
  });
})();
