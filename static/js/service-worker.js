/* Opens the form of a quarter without a network: the newest page while there is one, else the last that was seen. */
"use strict";

const CACHE = "khuyenhoc";
const FORM = /^\/reports\/[A-Za-z0-9._-]+\/[0-9]{4}-Q[1-4]\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const offlinePage = () =>
  caches.open(CACHE).then((cache) => cache.keys()).then((requests) => {
    const forms = requests.map((request) => new URL(request.url).pathname).filter((path) => FORM.test(path));
    const links = forms.map((path) => `<li><a href="${path}">Báo cáo ${path.split("/").slice(2, 4).join(", ")}</a></li>`);
    const list = links.length ? `<p>Mở được khi không có mạng:</p><ul>${links.join("")}</ul>` : "";
    const page = `<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Chưa có mạng</title><h1>Chưa có mạng</h1><p>Trang này cần có mạng. Số đã nhập vẫn còn trên máy.</p>${list}</html>`;
    return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  });

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) { return; }
  const isForm = request.mode === "navigate" && FORM.test(url.pathname) && !url.search;
  if (isForm || url.pathname.startsWith("/static/")) {
    event.respondWith(
      fetch(request).then((response) => {
        if (response.ok && !response.redirected) {
          const copy = response.clone();
          event.waitUntil(caches.open(CACHE).then((cache) => cache.put(isForm ? url.pathname : request, copy)));
        }
        return response;
      }).catch(() => caches.match(isForm ? url.pathname : request).then((found) => found || (isForm ? offlinePage() : Response.error())))
    );
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(offlinePage));
  }
});
