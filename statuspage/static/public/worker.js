// Shows pushes and opens what they speak of. It keeps no pages: an old one must never be shown as new.
"use strict";
self.addEventListener("push", function (event) {
  var told;
  try { told = event.data.json(); } catch (error) { return; }
  event.waitUntil(self.registration.showNotification(told.title, {
    body: told.body,
    tag: told.tag,
    renotify: true, // what takes the place of something older is news, too
    lang: told.lang,
    icon: self.registration.scope + "icon-192.png",
    data: { url: told.url },
  }));
});
self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
