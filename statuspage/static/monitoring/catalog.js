// Has the fields that follow from a choice (the options of an endpoint's gateway) shown as soon as it is made.
// Without this script a button does it.
(() => {
    "use strict";
    const button = document.querySelector(".fields-of");
    const chooser = button && document.getElementById(button.dataset.chooser);
    if (!chooser) return;
    const send = button.querySelector("button");
    button.remove();

    const refresh = async () => {
        const body = new FormData(chooser.form);
        body.append(send.name, send.value);
        const answer = await fetch(location.href, { method: "POST", body });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of ["fieldset.entries", "fieldset.try"]) {
            const now = page.querySelector(part);
            const before = document.querySelector(part);
            if (now && before) before.replaceWith(document.importNode(now, true));
        }
    };
    // The boxes in which one types to find a row tell of a change by Django's jQuery alone.
    if (window.django && window.django.jQuery) window.django.jQuery(chooser).on("change", refresh);
    else chooser.addEventListener("change", refresh);
})();
