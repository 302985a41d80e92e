// Theme, the reader's own time zone, honest age, and a refresh of what changed while the tab is seen.
(function () {
  "use strict";
  var root = document.documentElement;
  var stored = null;
  try { stored = localStorage.getItem("theme"); } catch (error) { stored = null; }
  if (stored) root.dataset.theme = stored;

  var language = root.lang;
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  var parts = {
    time: { hour: "2-digit", minute: "2-digit" },
    seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
    day: { year: "numeric", month: "2-digit", day: "2-digit" },
    both: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  };
  var formats = {};
  function format(at, form) {
    if (form === "short") return format(at, "both").slice(5);
    if (!formats[form]) {
      formats[form] = new Intl.DateTimeFormat("sv-SE", Object.assign({ hourCycle: "h23", timeZone: zone }, parts[form] || parts.both));
    }
    return formats[form].format(at);
  }
  function localise(within) {
    if (!zone) return;
    within.querySelectorAll("time[datetime]").forEach(function (element) {
      var at = new Date(element.dateTime), form = element.dataset.form;
      // Days begin in the site's zone: under its date, a time that is on another day for the reader needs its own.
      var day = form === "time" && element.closest(".day");
      if (day && day.querySelector(".date").textContent !== format(at, "day")) form = "short";
      element.textContent = format(at, form);
    });
    within.querySelectorAll(".zone").forEach(function (element) {
      var offset = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date()).pop().value;
      element.textContent = zone + " (" + offset.replace("GMT", "UTC") + ")";
      element.title = element.dataset.site;
    });
  }
  function age() {
    var asof = document.getElementById("asof");
    if (!asof) return;
    var old = Date.now() / 1000 - Number(asof.dataset.made) > Number(asof.dataset.stale);
    document.getElementById("stale").hidden = !old;
  }
  function refresh() {
    if (document.visibilityState === "visible" && window.htmx) window.htmx.trigger("#live", "refresh");
    age();
  }
  function swapped(event) {
    localise(document.body);
    age();
    if (event.detail.target.id !== "live") return;
    var verdict = document.getElementById("verdict");
    var rest = document.getElementById("rest");
    if (rest.dataset.rest && rest.dataset.rest !== verdict.dataset.rest) {
      window.htmx.ajax("GET", location.pathname, { target: "#rest", select: "#rest", swap: "outerHTML" });
    } else {
      rest.dataset.rest = verdict.dataset.rest;
    }
    document.title = document.getElementById("headline").textContent.trim() + " · " + document.querySelector(".brand").textContent.trim();
  }
  // An unchanged verdict must not be swapped, so that screen readers hear only changes.
  function unchanged(event) {
    if (event.detail.target.id !== "live") return;
    if (event.detail.serverResponse === event.detail.target.lastAnswer) event.detail.shouldSwap = false;
    event.detail.target.lastAnswer = event.detail.serverResponse;
  }
  // The next question or the answer: its times in the reader's zone, and the focus on its heading.
  function arrived(event) {
    localise(event.detail.target);
    var heading = event.detail.target.querySelector("[data-focus]");
    if (!heading) return;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  document.addEventListener("DOMContentLoaded", function () {
    localise(document);
    age();
    var button = document.querySelector(".theme");
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { return; }
    });
    if (document.getElementById("live")) {
      document.getElementById("rest").dataset.rest = document.getElementById("verdict").dataset.rest;
      document.body.addEventListener("htmx:beforeSwap", unchanged);
      document.body.addEventListener("htmx:afterSettle", swapped);
      document.addEventListener("visibilitychange", refresh);
      setInterval(refresh, 10000);
    } else {
      document.body.addEventListener("htmx:afterSettle", arrived);
      setInterval(age, 10000);
    }
  });
})();
