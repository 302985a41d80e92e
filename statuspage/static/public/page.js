// Theme, the reader's own time zone, honest age, and a refresh of what changed while the tab is seen.
(function () {
  "use strict";
  var root = document.documentElement;
  // Where the site begins, perhaps below a path: this script lies in a folder of it.
  var top = new URL("..", document.currentScript.src).pathname;
  function recall(name) {
    try { return localStorage.getItem(name); } catch (error) { return null; }
  }
  function remember(name, value) {
    try { localStorage.setItem(name, value); } catch (error) { return; }
  }
  if (recall("theme")) root.dataset.theme = recall("theme");

  // The language: a choice is kept; who made none is offered the other one where the browser prefers it.
  var language = root.lang.slice(0, 2);
  var preferred = (navigator.languages || []).map(function (name) { return name.slice(0, 2).toLowerCase(); }).filter(function (name) { return name === "en" || name === "zh"; })[0];
  var chosen = recall("language");
  var isInside = document.referrer.indexOf(location.origin + "/") === 0;
  if (chosen === "en" && location.pathname === top && !isInside) location.replace(top + "en/" + location.hash);
  if (!chosen && preferred && preferred !== language) root.dataset.offer = preferred;
  function choose(event) {
    var link = event.target.closest("#language, .offer a"), stay = event.target.closest(".offer button");
    if (!link && !stay) return;
    remember("language", link ? link.hreflang.slice(0, 2) : language);
    delete root.dataset.offer;
  }
  // A day of the ninety bars leads to what happened on it, and says it to who points there or comes by the arrow keys.
  var card = null, pointed = null;
  function dated(back) {
    var at = new Date(document.getElementById("main").dataset.day + "T00:00:00Z");
    at.setUTCDate(at.getUTCDate() - back);
    return at.toISOString().slice(0, 10);
  }
  function countOf(bars) {
    return Math.round(bars.querySelector("svg").viewBox.baseVal.width / 5);
  }
  function backAt(bars, x) {
    var count = countOf(bars), box = bars.getBoundingClientRect();
    return count - 1 - Math.max(0, Math.min(count - 1, Math.floor((x - box.left) / box.width * count)));
  }
  function day(event) {
    var bars = event.target.closest("a.bars");
    if (!bars || !(event.detail || pointed)) return;
    bars.hash = "d-" + dated(event.detail ? backAt(bars, event.clientX) : pointed.back);
  }
  function tellDay(bars, back) {
    var date = dated(back), count = countOf(bars), box = bars.getBoundingClientRect();
    var note = bars.dataset.days.split("\n").filter(function (line) { return line.trim().indexOf(date) === 0; })[0];
    if (!card) {
      card = document.createElement("p");
      card.className = "day-card";
      card.setAttribute("role", "status");
      document.body.append(card);
    }
    pointed = { bars: bars, back: back };
    card.textContent = note ? note.trim() : date + " " + document.getElementById("main").dataset.quiet;
    card.hidden = false;
    var middle = box.left + (count - back - 0.5) / count * box.width - card.offsetWidth / 2;
    card.style.left = Math.max(4, Math.min(root.clientWidth - card.offsetWidth - 4, middle)) + scrollX + "px";
    card.style.top = box.top + scrollY - card.offsetHeight - 6 + "px";
  }
  function forgetDay() {
    pointed = null;
    if (card) card.hidden = true;
  }
  function overDays(event) {
    var bars = event.pointerType !== "touch" && event.target.closest("a.bars");
    if (bars) tellDay(bars, backAt(bars, event.clientX));
    else if (pointed && document.activeElement !== pointed.bars) forgetDay();
  }
  function alongDays(event) {
    var bars = event.target.closest("a.bars"), step = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
    if (event.key === "Escape") forgetDay();
    if (!bars || !step) return;
    event.preventDefault();
    var back = pointed && pointed.bars === bars ? pointed.back + step : 0;
    tellDay(bars, Math.max(0, Math.min(countOf(bars) - 1, back)));
  }

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
      if (day && day.querySelector(".date").dataset.day !== format(at, "day")) form = "short";
      element.textContent = format(at, form);
    });
    within.querySelectorAll(".zone").forEach(function (element) {
      var offset = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date()).pop().value;
      element.textContent = zone === "UTC" ? zone : zone + " (" + offset.replace("GMT", "UTC") + ")";
      element.title = element.dataset.site;
    });
  }
  // Old by the reader's clock, or by the server's word: that holds until a newer page arrives.
  var servedOld = null;
  function age() {
    var asof = document.getElementById("asof"), stale = document.getElementById("stale");
    if (!asof) return;
    if (servedOld === null) servedOld = stale.hidden ? "" : asof.dataset.made;
    var old = servedOld === asof.dataset.made || Date.now() / 1000 - Number(asof.dataset.made) > Number(asof.dataset.stale);
    stale.hidden = !old;
    root.classList.toggle("is-old", old);
    if (document.getElementById("live")) face(old);
  }
  // The tab shows what the page says, and a screen reader hears it once whenever it has become something else.
  var heard = null;
  function face(old) {
    var verdict = document.getElementById("verdict"), said = document.getElementById("saying"), icon = document.querySelector("link[rel=icon]");
    var path = old ? icon.dataset.unknown : verdict.dataset.icon;
    if (icon.getAttribute("href") !== path) icon.href = path;
    if (old && !said.querySelector(".last")) {
      var last = document.createElement("span");
      last.className = "last";
      last.textContent = said.dataset.last + " ";
      said.prepend(last);
      document.querySelector("#headline use").setAttribute("href", "#i-unknown");
    }
    var text = said.textContent.trim();
    if (heard !== null && heard !== text) document.getElementById("announcer").textContent = text;
    heard = text;
    document.title = text + " · " + document.querySelector(".brand").textContent.trim();
  }
  // What has become something else is marked for a while.
  var seen = {}, markedUntil = {};
  function mark() {
    document.querySelectorAll("#verdict, .state[id]").forEach(function (element) {
      var said = (element.querySelector("#saying") || element).textContent.trim(), before = seen[element.id];
      seen[element.id] = said;
      if (before !== undefined && before !== said) {
        markedUntil[element.id] = Date.now() + 8000;
        setTimeout(mark, 8100);
      }
      element.classList.toggle("changed", Date.now() < (markedUntil[element.id] || 0));
    });
  }
  function refresh() {
    if (document.visibilityState === "visible" && window.htmx) window.htmx.trigger("#live", "refresh");
    age();
  }
  function swapped(event) {
    localise(document.body);
    age();
    mark();
    if (event.detail.target.id !== "live") return;
    var verdict = document.getElementById("verdict");
    var rest = document.getElementById("rest");
    if (rest.dataset.rest && rest.dataset.rest !== verdict.dataset.rest) {
      var filter = document.querySelector("#chosen [aria-current]");
      window.htmx.ajax("GET", location.pathname, { target: "#rest", select: "#rest", swap: "outerHTML" }).then(function () {
        if (filter.id !== "f-all") window.htmx.ajax("GET", filter.getAttribute("href"), { target: "#chosen", select: "#chosen", swap: "outerHTML" });
      });
    } else {
      rest.dataset.rest = verdict.dataset.rest;
    }
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
    document.addEventListener("click", choose);
    document.addEventListener("click", day);
    document.addEventListener("pointermove", overDays);
    document.addEventListener("keydown", alongDays);
    document.addEventListener("focusout", forgetDay);
    var button = document.querySelector(".theme");
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      remember("theme", root.dataset.theme);
    });
    if (document.getElementById("live")) {
      mark();
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
