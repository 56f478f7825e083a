/* What was typed waits here until the server has it: on this device, by person and report, sent once each.
   Loaded on every page of a signed-in person, so that numbers left waiting go out wherever they come back. */
(function () {
  "use strict";

  // Pages that were kept for opening without a network belong to one person: the next one does not see them.
  var owner = document.body.dataset.user || "";
  var forget = function () { if (window.caches) { window.caches.delete("khuyenhoc"); } };
  try {
    if (window.localStorage.getItem("kh-owner") !== owner && navigator.onLine) {
      forget();
      window.localStorage.setItem("kh-owner", owner);
    }
  } catch (error) { forget(); }
  if (!owner) { return; }
  var PREFIX = "kh-outbox:" + owner + ":";
  var ANSWER = "kh-answer:" + owner;
  var memory = {};
  var busy = {};
  var blocked = {};
  var token = null;

  // A browser may refuse to store anything (private windows): then this page is all there is.
  var storage = null;
  try {
    window.localStorage.setItem("kh-outbox-test", "1");
    window.localStorage.removeItem("kh-outbox-test");
    storage = window.localStorage;
  } catch (error) { storage = null; }

  // What the device refused to keep stays in this page, and goes before what it kept earlier.
  var read = function (report) {
    var text = memory[report] || (storage && storage.getItem(PREFIX + report));
    try { return text ? JSON.parse(text) : null; } catch (error) { return null; }
  };
  var write = function (report, box) {
    var empty = !box || (!Object.keys(box.pending).length && !box.sending && !Object.keys(box.failed).length);
    delete memory[report];
    try {
      if (empty) { if (storage) { storage.removeItem(PREFIX + report); } return; }
      if (!storage) { throw new Error("no storage"); }
      storage.setItem(PREFIX + report, JSON.stringify(box));
    } catch (error) {
      memory[report] = JSON.stringify(box);
      tell(report, "full");
    }
  };
  var reports = function () {
    var kept = storage ? Object.keys(storage).filter(function (key) { return key.indexOf(PREFIX) === 0; }) : [];
    var names = kept.map(function (key) { return key.slice(PREFIX.length); });
    return names.concat(Object.keys(memory).filter(function (name) { return names.indexOf(name) < 0; }));
  };
  var tell = function (report, state, more) {
    document.dispatchEvent(new CustomEvent("outbox:" + state, { detail: Object.assign({ report: report }, more || {}) }));
  };

  // Works on a page without HTTPS too, where crypto.randomUUID is missing.
  var newKey = function () {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  var targetOf = function (edit) { return edit.indicator || edit.section; };

  var put = function (report, save, edit) {
    var box = read(report) || { save: save, pending: {}, sending: null, failed: {} };
    box.save = save;
    delete box.failed[targetOf(edit)];
    box.pending[targetOf(edit)] = edit;
    write(report, box);
    delete blocked[report];
  };
  var drop = function (report, target) {
    var box = read(report);
    if (!box) { return; }
    delete box.failed[target];
    write(report, box);
  };

  var isJson = function (response) {
    return (response.headers.get("Content-Type") || "").indexOf("application/json") === 0;
  };
  var post = function (box) {
    return window.fetch(box.save, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token || pageToken() },
      body: JSON.stringify({ key: box.sending.key, owner: Number(owner), edits: box.sending.edits })
    });
  };
  var pageToken = function () {
    try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (error) { return ""; }
  };
  // The page may be older than the session: ask who is signed in and for a fresh token.
  var renew = function (box) {
    return window.fetch(box.save, { credentials: "same-origin", cache: "no-store" }).then(function (response) {
      if (response.redirected || !isJson(response)) { throw { reason: "signin" }; }
      return response.json();
    }).then(function (state) {
      if (String(state.user) !== owner) { throw { reason: "signin" }; }
      token = state.token;
    });
  };

  var settle = function (report, key, data) {
    var box = read(report);
    if (!box || !box.sending || box.sending.key !== key) { return; }
    var sent = {};
    box.sending.edits.forEach(function (edit) { sent[targetOf(edit)] = edit; });
    box.sending = null;
    data.answers.forEach(function (answer) {
      if (answer.state === "saved") {
        // What was typed meanwhile stands on what has just been saved.
        if (box.pending[answer.target]) { box.pending[answer.target].version = answer.version; }
      } else if (!box.pending[answer.target]) {
        box.failed[answer.target] = { edit: sent[answer.target], answer: answer };
      }
    });
    write(report, box);
    tell(report, "answered", { data: data, sent: sent });
    // Other pages of this person that show the same report take the answer over.
    try { storage.setItem(ANSWER, JSON.stringify({ report: report, data: data, sent: sent, key: key })); } catch (error) { return; }
  };
  var stop = function (report, key, message) {
    var box = read(report);
    if (box && box.sending && box.sending.key === key) {
      box.sending.edits.forEach(function (edit) {
        if (!box.pending[targetOf(edit)]) { box.pending[targetOf(edit)] = edit; }
      });
      box.sending = null;
      write(report, box);
    }
    blocked[report] = true;
    tell(report, "stopped", { message: message });
  };

  var flush = function (report) {
    var box = read(report);
    if (!box || busy[report] || blocked[report]) { return Promise.resolve(); }
    if (!box.sending) {
      var targets = Object.keys(box.pending).slice(0, 200);
      if (!targets.length) { return Promise.resolve(); }
      box.sending = { key: newKey(), edits: targets.map(function (target) { return box.pending[target]; }) };
      targets.forEach(function (target) { delete box.pending[target]; });
      write(report, box);
    }
    var key = box.sending.key;
    busy[report] = true;
    tell(report, "sending", { targets: box.sending.edits.map(targetOf) });
    return post(box).then(function (response) {
      if (response.status !== 403) { return response; }
      return renew(box).then(function () { return post(box); });
    }).then(function (response) {
      if (response.redirected || !isJson(response)) { throw { reason: response.status >= 500 ? "server" : "signin" }; }
      return response.json().then(function (data) {
        if (response.ok) { settle(report, key, data); return; }
        if (response.status >= 500) { throw { reason: "server" }; }
        stop(report, key, data.message);
      });
    }).catch(function (error) {
      tell(report, "waiting", { reason: error.reason || "network", number: count(report) });
    }).then(function () {
      busy[report] = false;
      var after = read(report);
      if (after && !after.sending && Object.keys(after.pending).length) { return flush(report); }
    });
  };
  var count = function (report) {
    var box = read(report);
    return box ? Object.keys(box.pending).length + (box.sending ? box.sending.edits.length : 0) : 0;
  };
  var flushAll = function () { return Promise.all(reports().map(flush)); };

  // What the server refused still has to be looked at by its author.
  var failures = function (report) {
    var box = read(report);
    return box ? Object.keys(box.failed) : [];
  };
  var isKept = function (report) { return !memory[report]; };

  window.khOutbox = { put: put, drop: drop, read: read, count: count, failures: failures, flush: flush, isKept: isKept };
  window.addEventListener("storage", function (event) {
    if (event.key !== ANSWER || !event.newValue) { return; }
    var answer = JSON.parse(event.newValue);
    tell(answer.report, "answered", { data: answer.data, sent: answer.sent, elsewhere: true });
  });
  window.addEventListener("online", flushAll);
  window.setInterval(flushAll, 15000);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { flushAll(); } });
  flushAll();

  // Whoever signs out leaves no page behind on this device; numbers that wait stay with their owner.
  document.addEventListener("submit", function (event) {
    if (event.target.hasAttribute("data-sign-out")) { forget(); }
  });
})();
