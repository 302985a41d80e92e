"""The pages of "Is it just me?" and "It happened to me too", made for each request in their language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.choices import SYMPTOM_OF, Explanation
from statuspage import clock
from statuspage.asking import answers, filing, steps
from statuspage.asking.caller import caller_of, comes_from_here
from statuspage.asking.filing import Complaint, Filed, HastyError, TokenError
from statuspage.asking.judgement import Judgement, judge
from statuspage.asking.pasted import read_pasted
from statuspage.asking.reading import SituationReader
from statuspage.asking.situation import Situation
from statuspage.asking.steps import Taps
from statuspage.public.frame import frame_of
from statuspage.public.languages import TRADITIONAL, Language
from statuspage.public.site import site
from statuspage.wording import asking as words
from statuspage.wording.active import said
from statuspage.wording.causes import EXPLANATIONS
from statuspage.wording.numbers import chance_percent

ANSWER_KEPT = "public, max-age=3"
NOT_KEPT = "no-store"
# Below the root of a language, by the name of the page's template and question.
ADDRESSES = {"only_me": "only-me/", "report": "report/", "thanks": "report/thanks/"}
_reader = SituationReader()

View = Callable[[HttpRequest, Language], HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHeadline:
    """What the frame of the page wants of a verdict: a title, and what stands under it in a preview."""

    headline: Bilingual
    tone: str = "unknown"
    facts: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """One explanation as a bar."""

    name: str
    label: Bilingual
    percent: int


def in_language(view: View) -> View:
    """Run a view in the language of its address."""

    @wraps(view)
    def run(request: HttpRequest, language: Language) -> HttpResponse:
        if language is TRADITIONAL and not settings.TRADITIONAL_CHINESE:
            raise Http404
        with translation.override(language.code):
            response = view(request, language)
        response.headers["Content-Language"] = language.code
        patch_vary_headers(response, ["HX-Request"])
        return response

    return run


@csrf_exempt  # changes nothing, and a visitor without a cookie has no token
@require_http_methods(["GET", "HEAD", "POST"])
@in_language
def only_me(request: HttpRequest, language: Language) -> HttpResponse:
    """Three taps and the answer. A pasted message is read at once and dropped: only its reading goes on."""
    situation = _reader.current(clock.known())
    base = site().root(language) + ADDRESSES["only_me"]
    if request.method == "POST":
        pasted = read_pasted(request.POST.get("message", ""))
        taps = steps.taps_of(request.POST, situation)
        read = Taps(component=taps.component, happened=taps.happened, said=pasted.said, sure=pasted.sure)
        return _see_other(f"{base}?{read.query()}")
    taps = steps.taps_of(request.GET, situation)
    if taps.asked is not None:
        step = {"step": 4, **_answer(judge(taps.asked, situation), situation)}
    else:
        step = _first_two_taps(taps, situation, base) or {
            "step": 3,
            "options": steps.sayings(taps, base),
            "longest": filing.LONGEST,
        }
    response = _page(request, language, "only_me", taps, situation, {"base": base, **step})
    response.headers["Cache-Control"] = ANSWER_KEPT
    return response


@csrf_exempt  # see comes_from_here for what stands in its place
@require_http_methods(["GET", "HEAD", "POST"])
@in_language
def report(request: HttpRequest, language: Language) -> HttpResponse:
    """Three taps, and the report is filed."""
    now = clock.known()
    situation = _reader.current(now)
    base = site().root(language) + ADDRESSES["report"]
    posted = request.method == "POST"
    taps = steps.taps_of(request.POST if posted else request.GET, situation)
    trouble = ""
    if posted:
        trouble = _file(request, taps, situation, now)
        if not trouble:
            return _see_other(f"{site().root(language)}{ADDRESSES['thanks']}?{taps.query()}")
    step = _first_two_taps(taps, situation, base) or {
        "step": 3,
        "token": filing.new_token(now),
        "longest": filing.LONGEST,
        "written": request.POST.get("message", "")[: filing.LONGEST],
    }
    context = {"base": base, "trouble": trouble, **step}
    response = _page(request, language, "report", taps, situation, context)
    response.status_code = {"": 200, "crowded": 429}.get(trouble, 400)
    return response


@require_safe
@in_language
def thanks(request: HttpRequest, language: Language) -> HttpResponse:
    """What a report is answered with: how many say the same, and the way to what is behind it."""
    situation = _reader.current(clock.known())
    taps = steps.taps_of(request.GET, situation)
    context: dict[str, object] = {}
    if taps.component is not None and taps.happened is not None:
        same, _ = situation.say_the_same(taps.component, SYMPTOM_OF[taps.happened])
        context = {"same": same, "ask": f"{site().root(language)}{ADDRESSES['only_me']}?{taps.query()}"}
    return _page(request, language, "thanks", taps, situation, context)


def _first_two_taps(taps: Taps, situation: Situation, base: str) -> dict[str, object]:
    """What both forms ask for first; nothing once it is tapped."""
    if taps.component is None:
        return {"step": 1, "options": steps.places(taps, situation, base)}
    if taps.happened is None:
        return {"step": 2, "options": steps.happenings(taps, base)}
    return {}


def _file(request: HttpRequest, taps: Taps, situation: Situation, now: datetime) -> str:
    """File the report of a form; gives why it could not be, as the template knows it, or nothing."""
    if taps.component is None or taps.happened is None:
        return "incomplete"
    if not comes_from_here(request):
        return "foreign"
    # People do not see this field; who fills it in is thanked and not heard.
    if request.POST.get("website"):
        return ""
    try:
        ticket = filing.read_token(request.POST.get("token", ""), now)
    except HastyError:
        return "hasty"
    except TokenError:
        return "expired"
    complaint = Complaint(
        place=situation.place(taps.component),
        name=said(answers.place_name(situation, taps.component)),
        happened=taps.happened,
        message=request.POST.get("message", ""),
    )
    filed = filing.file_report(complaint=complaint, caller=caller_of(request), ticket=ticket, now=now)
    return "crowded" if filed is Filed.CROWDED else ""


def _answered(taps: Taps, situation: Situation) -> list[tuple[Bilingual, str]]:
    """The taps so far in words, each with the way to change it."""
    done: list[tuple[Bilingual, str]] = []
    if taps.component is not None:
        done.append((answers.place_name(situation, taps.component), Taps().query()))
    if taps.component is not None and taps.happened is not None:
        done.append((words.HAPPENED[taps.happened].say(), Taps(component=taps.component).query()))
    if taps.asked is not None:
        told = words.TOLD[taps.asked.said].say()
        done.append((told, Taps(component=taps.component, happened=taps.happened).query()))
    return done


def _answer(judgement: Judgement, situation: Situation) -> dict[str, object]:
    return {
        "judgement": judgement,
        "headline": answers.headline(judgement),
        "facts": answers.facts(judgement, now=situation.at),
        "advice": answers.advice(judgement),
        "instead": answers.instead(judgement, situation),
        "guard": answers.guard(judgement),
        "chances": [
            Chance(name=name.value, label=EXPLANATIONS[name].say(), percent=chance_percent(chance))
            for name, chance in judgement.shown
        ],
        "certain": judgement.likeliest is not Explanation.UNKNOWN,
    }


def _page(
    request: HttpRequest,
    language: Language,
    name: str,
    taps: Taps,
    situation: Situation,
    context: Mapping[str, object],
) -> HttpResponse:
    """A whole page, or only the part that changes where htmx asks; nobody keeps it."""
    answer, query = context.get("headline"), taps.query()
    title = answer if isinstance(answer, Bilingual) else words.QUESTIONS[name].say()
    path = f"{ADDRESSES[name]}?{query}" if query else ADDRESSES[name]
    verdict = FormHeadline(headline=title)
    frame = frame_of(site(), language, path, verdict, at=situation.at, as_of=situation.as_of)
    part = request.headers.get("HX-Request") == "true"
    template = f"public/asking/_{name}.html" if part else f"public/asking/{name}.html"
    known = {"taps": taps, "answered": _answered(taps, situation), "part": part}
    response = render(request, template, {**frame, **known, **context})
    response.headers["Cache-Control"] = NOT_KEPT
    return response


def _see_other(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address, "Cache-Control": NOT_KEPT})
