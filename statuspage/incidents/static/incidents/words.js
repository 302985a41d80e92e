// Fills the words of a template into the form that is open, and leaves all else that was typed as it is.
(function () {
  "use strict";
  var WORDS = /(^|-)(title|body)_(zh|en)$/;

  function words(page) {
    return Array.from(page.querySelectorAll("#content-main form input, #content-main form textarea"))
      .filter(function (field) { return WORDS.test(field.name) && field.name.indexOf("__prefix__") < 0; });
  }
  function fill(page, question) {
    var given = {}, changes = [];
    words(page).forEach(function (field) { given[field.name] = field.defaultValue; });
    words(document).forEach(function (field) {
      var text = given[field.name];
      if (text && text !== field.value) changes.push([field, text]);
    });
    var typed = changes.some(function (change) {
      var was = change[0].value;
      return was.trim() && was !== change[0].defaultValue && was !== change[0].dataset.filled;
    });
    if (typed && !window.confirm(question)) return;
    changes.forEach(function (change) {
      change[0].value = change[0].dataset.filled = change[1];
      change[0].dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-words]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fetch(link.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        fill(new DOMParser().parseFromString(html, "text/html"), link.dataset.words);
      })
      .catch(function () { window.location.assign(link.href); });
  });
})();
