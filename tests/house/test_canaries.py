"""More than 200 canaries through the pages of four whole cases: one in every text that lies
encrypted. None gets out.

Out is: a mail, an address, a header, a title, the log, the broker, a notice, the trail, the
cache, a file's name.
"""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pikepdf
import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from applications import tasks
from applications.models import Application, DialogueEntry, Paper, PupilCase
from skolefleks.celery import app as celery_app
from skolefleks.danish import today
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import AccessEntry, MailChoice, Notice, OutboxMessage, User
from skolefleks.tasks import deliver_message, post_digests
from tests.deciding import deliver
from tests.filling import write_pupil
from tests.house.birds import Birds, Ears, Person, at
from tests.house.test_digests import known_texts, plain_digests
from visitation.efforts import closing as laying
from visitation.models import Amendment, Effort

celery_app.loader.import_default_modules()


@pytest.fixture
def birds():
    return Birds()


@pytest.fixture
def ears(monkeypatch, tmp_path, settings):
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if type(handler) is logging.StreamHandler
    ]
    monkeypatch.setattr(handler, "stream", io.StringIO())
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    settings.PAPERS_DIR = tmp_path
    heard = Ears(handler.stream)
    monkeypatch.setattr(
        celery_app, "send_task", lambda _name, args, *_, **__: heard.rung.append(args)
    )
    return heard


@pytest.fixture
def school_(client_for, leader, ears, birds):
    return Person(client_for(leader), ears, birds)


@pytest.fixture
def psychologist(client_for, ppr, ears, birds):
    User.objects.filter(pk=ppr.pk).update(mail_choice=MailChoice.AT_ONCE)
    return Person(client_for(ppr), ears, birds)


@pytest.fixture
def chairing(client_for, chair, ears, birds):
    return Person(client_for(chair), ears, birds)


# -- the journey -----------------------------------------------------------------------
def begins(school, psychologist, ppr, birds, born):
    """A challenge, talked about, and made an application."""
    school.plants(reverse("applications:new_challenge"), cpr=birds.cpr(born), grade="3")
    application = Application.objects.latest("created_at")
    school.sends(at("invite", application), adviser=ppr.pk)
    talk = at("dialogue", application)
    for who in (school, psychologist):
        who.plants(talk, kind="conversation", happened_on=f"{today():%d.%m.%Y}")
        entry = DialogueEntry.objects.filter(application=application).latest("written_at")
        who.plants(at("correct", application, entry.pk))
    school.sends(
        at(
            "share",
            application,
            DialogueEntry.objects.filter(application=application).earliest("written_at").pk,
        )
    )
    school.sends(at("apply", application))
    school.sends(at("add_pupil", application))
    return Application.objects.get(pk=application.pk)


def writes(school, psychologist, application, leader, born):
    """Every step with all its fields, a paper, and PPR's statement."""
    for pupil in PupilCase.objects.filter(application=application).select_related(
        "application", "pupil"
    ):
        write_pupil(
            pupil, school.birds.word(), by=leader, cpr=school.birds.cpr(born), tariff=210_000
        )
        school.plants(at("pupil", application, pupil.pk))
    school.plants(at("environment", application))
    school.plants(at("plan", application), **{"planned-0-kind": "resource_person"})
    school.plants(at("cooperation", application))
    school.plants(at("leadership", application), legal_basis="section_9_4")
    school.sends(at("papers", application), file=picture(school.birds.word()))
    school.sends(at("papers", application), file=holding(school.birds.word()))
    deliver()
    psychologist.sends(
        at("statement", application), text=school.birds.word(), only="text", then="autosave"
    )
    psychologist.plants(at("statement", application), then="sign")
    school.opens(at("check", application), application.get_absolute_url())


def holding(word):
    """A PDF with a file inside it, whose name is told when it is taken out."""
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments[word] = pikepdf.AttachedFileSpec(document, b"x", filename=word)
        document.save(file)
    return SimpleUploadedFile("Plan.pdf", file.getvalue(), "application/pdf")


def picture(word):
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    return SimpleUploadedFile(f"{word}.png", drawn.getvalue(), "image/png")


def is_handed_over(school, application):
    """To the leader and back, a word with it each way."""
    school.sends(at("hand_over", application), note=school.birds.word())
    school.sends(at("hand_back", application), answer=school.birds.word())
    school.opens(at("check", application))


def goes_back_once(school, chairing, application):
    is_handed_over(school, application)
    school.sends(at("submit", application))
    chairing.sends(
        at("send_back", application), note=school.birds.word(), ask_cooperation=school.birds.word()
    )
    text = {"ppr_setup": school.birds.word(), "only": "ppr_setup", "then": "autosave"}
    school.sends(at("cooperation", application), **text)
    school.sends(at("submit", application))


def is_decided(chairing, application):
    first, second = application.pupil_cases.all()
    chairing.sends(
        at("decide", application, first.pk),
        outcome="granted",
        grounds=chairing.birds.word(),
        tariff="200.000",
        weight="3",
        starts_on=f"{first.starts_on:%d.%m.%Y}",
        ends_on=f"{first.ends_on:%d.%m.%Y}",
        conditions=chairing.birds.word(),
    )
    chairing.sends(
        at("decide", application, second.pk), outcome="rejected", grounds=chairing.birds.word()
    )
    chairing.sends(at("release", application))


def is_amended(school, chairing, application):
    """The school asks for an extension in its own words; the committee answers in its own."""
    effort = Effort.objects.get(application=application)
    words = {name: school.birds.word() for name in ("reached", "remaining", "reason")}
    longer = f"{effort.ends_on + timedelta(days=90):%d.%m.%Y}"
    asked = {**words, "until": longer, "tariff": "200.000", "then": "send"}
    school.sends(reverse("efforts:extension", args=[application.number, effort.pk]), **asked)
    amendment = Amendment.objects.get(effort=effort)
    typed = {"outcome": "extended", "tariff": "200.000", "until": longer, "confirmed": "1"}
    texts = {"grounds": chairing.birds.word(), "conditions": chairing.birds.word()}
    url = amendment.get_absolute_url()
    chairing.opens("/visitation/opfoelgning/", url, f"{url}afgoerelse/")
    chairing.sends(f"{url}afgoerelse/", **typed, **texts)


def is_measured(school, application, leader):
    """Why it was not measured, why that was wrong, and what is said at the end."""
    effort = Effort.objects.select_related("application").get(application=application)
    url = effort.get_absolute_url()
    reason = {"not_measured-1": "other", "how": "talk"}
    school.plants(f"{url}maalinger/stemme/skolen/", **reason)
    row = effort.measurements.get()
    school.plants(f"{url}maalinger/{row.pk}/", not_measured="other", how="talk")
    laying.lay(effort, by=leader)
    school.plants(f"{url}slutrapport/skriv/", then="save")
    school.opens(url, f"{url}maalinger/", f"{url}slutrapport/", "/indsatser/udtraek.csv")


def is_read(school, chairing, psychologist, application):
    number, paper = application.number, Paper.objects.filter(application=application)[0]
    school.opens(
        "/",
        "/ansoegninger/",
        "/ansoegninger/udtraek.csv",
        "/ansoegninger/udtraek.xlsx",
        "/konto/beskeder/",
    )
    school.opens(
        f"/sager/{number}/bilag/{paper.pk}/",
        f"/sager/{number}/resume.pdf",
        f"/sager/{number}/aendringer/",
    )
    chairing.opens(
        "/",
        "/visitation/",
        "/visitation/?vis=alle",
        f"/sager/{number}/",
        f"/sager/{number}/resume/",
    )
    psychologist.opens("/", f"/sager/{number}/", at("dialogue", application), "/konto/beskeder/")


@pytest.fixture
def lived(
    school_,
    psychologist,
    chairing,
    leader,
    ppr,
    pools,
    ears,
    birds,
    django_capture_on_commit_callbacks,
    time_machine,
):
    """Four cases: sent back and decided, decided, withdrawn, and never submitted. Everything is
    delivered.
    """
    with django_capture_on_commit_callbacks(execute=True):
        cases = []
        for born in (2016, 2011, 2016, 2011):
            cases.append(begins(school_, psychologist, ppr, birds, born))
            writes(school_, psychologist, cases[-1], leader, born)
        goes_back_once(school_, chairing, cases[0])
        is_decided(chairing, cases[0])
        is_amended(school_, chairing, cases[0])
        is_measured(school_, cases[0], leader)
        school_.sends(at("submit", cases[1]))
        is_read(school_, chairing, psychologist, cases[1])
        is_decided(chairing, cases[1])
        school_.sends(at("submit", cases[2]))
        chairing.sends(at("send_back", cases[2]), note=birds.word())
        school_.plants(at("withdraw", cases[2]))
        deliver()
        year = reverse("evaluation:write", args=[f"regnskabsaar-{today().year}"])
        chairing.plants(year, then="save")
        time_machine.move_to(timezone.now() + timedelta(days=70))
        tasks.remind_of_still_cases()
        post_digests()
        deliver()
        is_read(school_, chairing, psychologist, cases[0])
    return ears.heard()


def opened():
    """(model, field, text) of everything that lies encrypted, opened."""
    for model in apps.get_models():
        fields = [
            field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)
        ]
        for row in model.objects.all() if fields else ():
            yield from ((model, name, str(getattr(row, name) or "")) for name in fields)


def barren(birds):
    """Where in a case's encrypted texts no canary was planted, and how many were."""
    found = list(opened())
    planted = {(model, name) for model, name, text in found if birds.seen_in(text)}
    empty = {
        (model, name) for model, name, _ in found if model._meta.app_label == "applications"
    } - planted
    return {f"{model.__name__}.{name}" for model, name in empty}, len(
        birds.seen_in(str([text for *_, text in found]))
    )


def test_two_hundred_canaries_one_in_every_text_and_none_gets_out(lived, birds):
    empty, planted = barren(birds)
    assert (empty, planted > 200) == (set(), True)
    assert lived["mail"].count("Subject") > 5
    assert Notice.objects.count() > 20
    assert AccessEntry.objects.count() > 50
    assert lived["log"].count("request_finished") > 100
    assert {way: birds.seen_in(said) for way, said in lived.items() if birds.seen_in(said)} == {}
    assert list(plain_digests(known_texts(), lived["table"])) == []


# -- whether it would be noticed -------------------------------------------------------
def in_an_address(ears, birds, client):
    ears.answers.append(client.get("/konto/login/", {"next": f"/{birds.word()}/"}))


def in_a_mail(ears, birds, client):
    mail.send_mail(
        "Ny opgave", f"Eleven æ {birds.word()} venter. " * 9, "x@example.dk", ["y@example.dk"]
    )


def in_the_log(ears, birds, client):
    logging.getLogger("x").info("Gemt: %s", birds.word())


def in_the_broker(ears, birds, client):
    deliver_message.apply_async((birds.word(),))


def in_a_table(ears, birds, client):
    OutboxMessage.objects.create(topic="x", payload={"name": birds.word()}, due_at=timezone.now())


def in_the_cache(ears, birds, client):
    cache.set("kladde", birds.word())


def in_a_file(ears, birds, client):
    (settings.PAPERS_DIR / birds.word()).write_bytes(b"")


WAYS = {
    "address": in_an_address,
    "mail": in_a_mail,
    "log": in_the_log,
    "broker": in_the_broker,
    "table": in_a_table,
    "cache": in_the_cache,
    "file": in_a_file,
}


@pytest.mark.parametrize("way", WAYS)
def test_one_that_got_out_would_be_noticed(way, db, ears, birds, client):
    WAYS[way](ears, birds, client)
    assert birds.seen_in(ears.heard()[way]) == birds.flown
