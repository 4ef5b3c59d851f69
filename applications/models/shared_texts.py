"""What is written once for all the pupils of an application."""

from __future__ import annotations

from django.db import models

from skolefleks.encryption import EncryptedTextField
from skolefleks.textfields import LINE, TEXT


class SharedTexts(models.Model):
    """The texts of an application beside those of its pupils.

    The names are the labels of the case page, of every frozen copy and of the
    differences; how a form asks is declared in `fields`.
    """

    class LegalBasis(models.TextChoices):
        SECTION_9_4 = (
            "section_9_4",
            "Folkeskoleloven § 9, stk. 4: særligt tilrettelagte undervisningsforløb",
        )
        OTHER = "other", "Folkeskoleloven i øvrigt"

    learning_environment = EncryptedTextField(
        "læringsmiljøet", max_length=TEXT, blank=True, default=""
    )
    joint_reason = EncryptedTextField(
        "hvorfor en fælles indsats", max_length=TEXT, blank=True, default=""
    )
    support_hours_use = EncryptedTextField(
        "støttetimernes anvendelse", max_length=TEXT, blank=True, default=""
    )
    support_hours_yield = EncryptedTextField(
        "støttetimernes udbytte", max_length=TEXT, blank=True, default=""
    )

    ppr_contact = EncryptedTextField(
        "kontakt i PPR", max_length=LINE, blank=True, default=""
    )
    ppr_setup = EncryptedTextField(
        "PPR i opbygningen af indsatsen", max_length=TEXT, blank=True, default=""
    )
    ppr_daily = EncryptedTextField(
        "PPR i den daglige drift", max_length=TEXT, blank=True, default=""
    )
    coordinator = EncryptedTextField(
        "tværfaglig koordinator", max_length=TEXT, blank=True, default=""
    )
    family_cooperation = EncryptedTextField(
        "samarbejdet med familien", max_length=TEXT, blank=True, default=""
    )
    leisure_cooperation = EncryptedTextField(
        "samarbejdet med BFO eller klub", max_length=TEXT, blank=True, default=""
    )
    kui_cooperation = EncryptedTextField(
        "samarbejdet med KUI", max_length=TEXT, blank=True, default=""
    )
    workplace_training = EncryptedTextField(
        "praktik", max_length=TEXT, blank=True, default=""
    )
    mentor = EncryptedTextField("mentor", max_length=TEXT, blank=True, default="")
    exam_path = EncryptedTextField(
        "vejen til afgangsprøven", max_length=TEXT, blank=True, default=""
    )

    daily_leader_name = EncryptedTextField(
        "daglig leder", max_length=LINE, blank=True, default=""
    )
    representative_name = EncryptedTextField(
        "forelægges af", max_length=LINE, blank=True, default=""
    )
    legal_basis = models.CharField(
        "lovgrundlag", max_length=12, choices=LegalBasis, blank=True
    )

    class Meta:
        abstract = True
