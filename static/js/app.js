/* Small comforts; every page works without them. */
(function () {
  "use strict";

  var all = function (selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  };

  // <button data-print hidden> appears only where it can work.
  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // What went wrong is read first.
  var summary = document.querySelector(".form-errors");
  if (summary) { summary.focus(); }

  // One press sends one form. A form that answers with a file says data-repeat.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-repeat") || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    all("button[type=submit], button:not([type])", form).forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
    });
  });
  // Coming back with the browser's arrow makes the form usable again.
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      all("[aria-disabled]", form).forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  });

  // data-autosubmit: a filter sends itself when a choice changes.
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-autosubmit]");
    if (form && form.requestSubmit && event.target.tagName === "SELECT") { form.requestSubmit(); }
  });

  // Menus close on a click elsewhere and on Escape.
  document.addEventListener("click", function (event) {
    all("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    all("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // The network is gone, or the server refused: say so until the next good answer.
  var connection = document.getElementById("connection");
  var show = function (reason) {
    if (!connection) { return; }
    connection.hidden = !reason;
    all("[data-reason]", connection).forEach(function (text) { text.hidden = text.dataset.reason !== reason; });
  };
  document.addEventListener("htmx:sendError", function () { show("network"); });
  document.addEventListener("htmx:timeout", function () { show("network"); });
  document.addEventListener("htmx:responseError", function () { show("server"); });
  document.addEventListener("htmx:afterOnLoad", function (event) {
    if (event.detail.xhr.status < 400) { show(""); }
  });
  // A session that ended answers with the sign-in page: open it as a page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var signIn = document.body.dataset.signIn;
    var answered = event.detail.xhr.responseURL;
    if (signIn && answered && new URL(answered).pathname === signIn) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });
})();
