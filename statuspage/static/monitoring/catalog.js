// Has the fields that follow from a choice (the options of an endpoint's gateway) shown as soon as it is made.
// Without this script, and where the site did not answer, a button does it.
(() => {
    "use strict";
    const PARTS = ["fieldset.entries", "fieldset.try"];
    const button = document.querySelector(".fields-of");
    const chooser = button && document.getElementById(button.dataset.chooser);
    if (!chooser) return;
    const send = button.querySelector("button");
    button.hidden = true;
    let asked = null;

    const values = (part) =>
        [...part.querySelectorAll("input[name], select[name], textarea[name]")].map((field) => [
            field.name,
            field.type === "checkbox" ? field.checked : field.value,
        ]);

    // What was written since the form was sent stays, for the answer does not know it.
    const show = (page, sent) => {
        const later = [];
        for (const part of PARTS) {
            const now = page.querySelector(part);
            const before = document.querySelector(part);
            if (!now || !before) continue;
            later.push(...values(before).filter(([name, value]) => sent.has(name) && sent.get(name) !== value));
            before.replaceWith(document.importNode(now, true));
        }
        for (const [name, value] of later) {
            const field = chooser.form.elements[name];
            if (!field) continue;
            if (field.type === "checkbox") field.checked = value;
            else field.value = value;
        }
    };

    const refresh = async () => {
        // Of two choices the last counts, whichever is answered first.
        asked?.abort();
        const mine = (asked = new AbortController());
        const sent = new Map([...document.querySelectorAll(PARTS.join())].flatMap(values));
        const body = new FormData(chooser.form);
        body.append(send.name, send.value);
        try {
            const answer = await fetch(location.href, { method: "POST", body, signal: mine.signal });
            if (!answer.ok) throw new Error(String(answer.status));
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            if (mine.signal.aborted) return;
            if (!page.querySelector(PARTS[0])) throw new Error("another page"); // as when one is logged out
            show(page, sent);
            button.hidden = true;
        } catch {
            if (!mine.signal.aborted) button.hidden = false;
        }
    };
    // The boxes in which one types to find a row tell of a change by Django's jQuery alone.
    if (window.django && window.django.jQuery) window.django.jQuery(chooser).on("change", refresh);
    else chooser.addEventListener("change", refresh);
})();
