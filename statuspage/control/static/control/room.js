// The control room looks again every few seconds while somebody looks at it, and says when it cannot.
(function () {
  "use strict";
  var EVERY_MS = 4000, STALE_AFTER_MS = 20000, LEFT_ALONE_MS = 15000;
  var room, notes = {}, lookedAt, heardAt = Date.now(), usedAt = Date.now();
  var typing = false, touchedAt = 0, kept = {}, focus = null;

  function look() {
    // What is swapped under a finger, or under half a Chinese word, is worse than what is some seconds old.
    var busy = typing || Date.now() - touchedAt < 1000;
    if (document.visibilityState === "visible" && !busy) window.htmx.trigger(room, "look");
    tell();
  }
  function tell() {
    notes.stale.hidden = Date.now() - heardAt < STALE_AFTER_MS;
    document.body.classList.toggle("is-stale", !notes.stale.hidden);
  }
  function used() { usedAt = Date.now(); }
  function ask(event) {
    if (event.detail.elt !== room) return;
    event.detail.headers["If-None-Match"] = room.dataset.tag;
    // Who left the page open is not at work: his session ends in time.
    if (Date.now() - usedAt > LEFT_ALONE_MS) event.detail.headers["X-Unattended"] = "1";
  }
  function before(event) {
    var xhr = event.detail.xhr, at = xhr.getResponseHeader("X-Looked-At"), posts = event.detail.requestConfig.verb === "post";
    if (xhr.status >= 400) return;
    if (!at) {
      // Somebody else answers: the session is over, and this is the form to log in.
      event.detail.shouldSwap = false;
      room.dataset.tag = "";
      notes.over.hidden = !written();
      if (notes.over.hidden) window.location.reload();
      return;
    }
    heardAt = Date.now();
    lookedAt.textContent = at;
    notes.over.hidden = notes.refused.hidden = true;
    tell();
    if (xhr.status === 304) return;
    room.dataset.tag = xhr.getResponseHeader("ETag");
    var active = document.activeElement;
    focus = active && active.id && room.contains(active) ? [active.id, active.selectionStart, active.selectionEnd] : null;
    keep(posts ? event.detail.requestConfig.elt.closest("details") : null);
  }
  function written() {
    return Array.from(room.querySelectorAll("textarea")).some(function (area) { return area.value.trim(); });
  }
  // What was opened, chosen and written, but for what was just sent.
  function keep(sent) {
    kept = {};
    room.querySelectorAll("details[id]").forEach(function (element) {
      if (element === sent) return;
      kept[element.id] = { open: element.open, mark: element.dataset.mark, values: {} };
      element.querySelectorAll("select, textarea").forEach(function (field) {
        kept[element.id].values[field.name] = field.value;
      });
    });
  }
  // A decision stays prepared where it is still about the same; words stay whatever it is about.
  function restore(id) {
    var element = document.getElementById(id), was = kept[id];
    if (!element) return;
    var same = element.dataset.mark === was.mark;
    if (same && was.open) element.open = true;
    element.querySelectorAll("select, textarea").forEach(function (field) {
      var value = was.values[field.name];
      if (value && !(field.tagName === "TEXTAREA" ? field.value : !same)) field.value = value;
    });
  }
  function after(event) {
    if (event.detail.target !== room) return;
    Object.keys(kept).forEach(restore);
    // Whoever logged in anew meanwhile has another token; a form that was kept has the old one.
    var token = document.getElementById("room-token").dataset.token;
    room.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (field) { field.value = token; });
    var element = focus && document.getElementById(focus[0]);
    if (!element || element === document.activeElement) return;
    element.focus({ preventScroll: true });
    if (focus[1] !== undefined && focus[1] !== null) element.setSelectionRange(focus[1], focus[2]);
  }
  function failed(event) {
    if (event.detail.requestConfig.verb !== "post") return;
    notes.refused.hidden = false;
    notes.refused.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("DOMContentLoaded", function () {
    room = document.getElementById("room");
    ["stale", "refused", "over"].forEach(function (name) { notes[name] = document.getElementById("room-" + name); });
    lookedAt = document.getElementById("looked-at");
    document.body.addEventListener("htmx:configRequest", ask);
    document.body.addEventListener("htmx:beforeSwap", before);
    document.body.addEventListener("htmx:afterSwap", after);
    ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
      document.body.addEventListener(name, failed);
    });
    document.addEventListener("compositionstart", function () { typing = true; });
    document.addEventListener("compositionend", function () { typing = false; });
    document.addEventListener("pointerdown", function () { touchedAt = Date.now(); });
    ["pointerdown", "keydown", "input", "wheel", "scroll"].forEach(function (name) {
      document.addEventListener(name, used, { passive: true });
    });
    document.addEventListener("visibilitychange", used);
    document.addEventListener("visibilitychange", look);
    setInterval(look, EVERY_MS);
  });
})();
