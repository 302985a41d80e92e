// "Tell me when it is over": asks the browser only when it is tapped, and leaves with us where to push and nothing else.
(function () {
  "use strict";
  if (!window.isSecureContext) return;
  var able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  // Where this browser cannot be told, what its reader can do instead; nothing where we do not know.
  function elsewhere() {
    var agent = navigator.userAgent;
    if (/MicroMessenger/i.test(agent)) return "chat";
    var touched = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
    return touched && !navigator.standalone ? "home" : "";
  }
  var instead = able ? "" : elsewhere();
  if (!able && !instead) return;

  // By topic, when the site last took it down: so long it keeps it, and a page that is opened later than an hour says it again.
  var HOUR = 3600e3, KEPT = 30 * 24 * HOUR;
  function wishes() {
    try { return JSON.parse(localStorage.getItem("wishes")) || {}; } catch (error) { return {}; }
  }
  function keep(topic, wanted) {
    var kept = wishes(), now = Date.now();
    Object.keys(kept).forEach(function (known) { if (known === topic || now - kept[known] >= KEPT) delete kept[known]; });
    if (wanted) kept[topic] = now;
    try { localStorage.setItem("wishes", JSON.stringify(kept)); } catch (error) { return; }
  }
  function age(button) {
    return able && Notification.permission === "granted" ? Date.now() - wishes()[button.dataset.topic] : NaN;
  }
  function show(button) {
    var wanted = age(button) < KEPT;
    if (!button.dataset.start) button.dataset.start = button.textContent;
    button.textContent = wanted ? button.dataset.stop : button.dataset.start;
    if (able) button.setAttribute("aria-pressed", String(wanted));
    button.hidden = !button.dataset.key;
  }
  function reveal() {
    document.querySelectorAll("button.push").forEach(show);
  }
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (character) { return character.charCodeAt(0); });
  }
  function same(one, other) {
    return one && one.byteLength === other.length && new Uint8Array(one).every(function (value, index) { return value === other[index]; });
  }
  // What the browser subscribed to by an older key of the site's is of no use any more.
  function subscription(registration, key) {
    var options = { userVisibleOnly: true, applicationServerKey: key };
    return registration.pushManager.getSubscription().then(function (known) {
      if (known && same(known.options.applicationServerKey, key)) return known;
      return (known ? known.unsubscribe() : Promise.resolve()).then(function () { return registration.pushManager.subscribe(options); });
    });
  }
  function send(address, topic, known) {
    var told = known.toJSON(), keys = told.keys || {};
    var body = { topic: topic, endpoint: told.endpoint, p256dh: keys.p256dh || "", auth: keys.auth || "" };
    return fetch(address, { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }
  function start(button) {
    return Notification.requestPermission().then(function (permission) {
      if (permission !== "granted") return "denied";
      return navigator.serviceWorker.register(button.dataset.worker)
        .then(function () { return navigator.serviceWorker.ready; })
        .then(function (registration) { return subscription(registration, bytes(button.dataset.key)); })
        .then(function (known) { return send(button.dataset.to, button.dataset.topic, known); })
        .then(function (answer) {
          if (answer.ok) keep(button.dataset.topic, true);
          return answer.ok ? "taken" : { 404: "past", 429: "full" }[answer.status] || "failed";
        });
    });
  }
  // Where the browser has no subscription any more, nothing can be told, and there is nothing to stop.
  function sendKnown(button, address) {
    return navigator.serviceWorker.getRegistration(button.dataset.worker)
      .then(function (registration) { return registration && registration.pushManager.getSubscription(); })
      .then(function (known) { return known ? send(address, button.dataset.topic, known) : null; });
  }
  function stop(button) {
    return sendKnown(button, button.dataset.to + "stop/").then(function (answer) {
      if (answer && !answer.ok) return "failed";
      keep(button.dataset.topic, false);
      return "stopped";
    });
  }
  function renew(button) {
    if (!(age(button) >= HOUR && age(button) < KEPT)) return;
    sendKnown(button, button.dataset.to).then(function (answer) {
      if (answer && answer.ok) keep(button.dataset.topic, true);
      else if (!answer || answer.status === 404) keep(button.dataset.topic, false);
      show(button);
    }).catch(function () {});  // it is said again by the next page
  }
  function tell(button, outcome) {
    button.parentNode.querySelector(".told").textContent = button.dataset[outcome];
  }
  function tapped(event) {
    var button = event.target.closest("button.push");
    if (!button || button.disabled) return;
    if (instead) { tell(button, instead); return; }
    button.disabled = true;
    (button.getAttribute("aria-pressed") === "true" ? stop(button) : start(button))
      .catch(function () { return "failed"; })
      .then(function (outcome) {
        button.disabled = false;
        show(button);
        tell(button, outcome);
      });
  }
  reveal();
  document.querySelectorAll("button.push").forEach(renew);
  document.addEventListener("click", tapped);
  document.addEventListener("htmx:afterSettle", reveal);
})();
