// Shows the alerts of pages that may not show them themselves (Android), and brings the page back when one is touched.
// Rule: it keeps nothing and answers no request; every page is as without it.

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = event.notification.data ?? "/";
  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
    const open = pages.find((page) => new URL(page.url).pathname === path);
    return open ? open.focus() : self.clients.openWindow(path);
  }));
});
