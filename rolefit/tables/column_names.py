"""Know the columns of a posting by their names: its text, its title, its id, its parts.

Names are data: a usual name that is missing is added to a set here and to a case in
``tests/cases/columns.json``, and nothing else changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from . import lenient_json

TEXT_NAMES = (
    frozenset(
        "description jobdescription jobdescriptions content text body posting jobposting postingtext jobtext"
        " fulldescription jobcontent jobad jobadtext advertisement positiondescription roledescription"
        " postingdescription jobpostingdescription vacancydescription"
        " vacancytext openingdescription"
        " jobopeningdescription requisitiondescription longdescription offerdescription postingbody jobbody"
        " adtext descriptionbody descriptiontext fulltext rawtext jobdesc jobdescr desc jd".split()
    ),
    frozenset(
        "jobsummary summary overview jobdetails details about aboutthejob aboutrole aboutthisrole therole ad"
        " jobspec jobspecification specification jobinfo jobprofile jobinformation advert adverttext text1"
        " snippet teaser excerpt shortdescription descriptionshort intro introduction".split()
    ),
    # As exports in German, Dutch, French, Spanish, Italian and Portuguese name it.
    frozenset(
        "beschreibung stellenbeschreibung jobbeschreibung stellentext anzeigentext stellenanzeige"
        " stellenausschreibung positionsbeschreibung omschrijving beschrijving functieomschrijving"
        " functiebeschrijving vacaturetekst vacatureomschrijving descriptif descriptionduposte"
        " descriptifduposte descriptiondelemploi textedelannonce descripcion descripciondelpuesto"
        " descripciondelaoferta descripciondelempleo descrizione descrizionedellavoro descricao"
        " descricaodavaga inserat ausschreibungstext tatigkeitsbeschreibung vacature contenu contenido"
        " detalle stellenangebotsbeschreibung stellenangebotbeschreibung"
        " jobbeskrivelse stillingsbeskrivelse arbetsbeskrivning annonstext opis opisstanowiska popis"
        " popisprace"
        " kuvaus tyonkuvaus leiras описание описаниевакансии 仕事内容 職務内容 职位描述 工作内容".split()
    ),
)
"""Usual names of the text column, as `normalized` spells them, without `FORMS`; the likelier set first."""

WEAK_TEXT_NAMES = TEXT_NAMES[1]
"""Names that often hold a few words beside the whole text."""

TITLE_NAMES = (
    frozenset(["title", "jobtitle"]),
    frozenset(
        "positiontitle postingtitle roletitle vacancytitle jobpostingtitle openingtitle"
        " jobopeningtitle".split()
    ),
    frozenset(
        "jobadtitle jobheadline headline positionname jobposition requisitiontitle rolename vacancyname"
        " jobopening jobopeningname designation workingtitle displaytitle adtitle adverttitle posttitle"
        " jobheading titleofposition".split()
    ),
    frozenset("position role jobname jobrole".split()),
    frozenset(
        "titel stellentitel jobtitel stellenbezeichnung berufsbezeichnung positionsbezeichnung functietitel"
        " stellenangebotstitel"
        " functienaam functie vacaturetitel titre titreduposte intituleduposte intitule poste titulo"
        " titulodelpuesto puesto nombredelpuesto cargo titolo stelle emploi libelle vacature jobbtitel"
        " yrkestitel"
        " stillingstittel stillingstitel tittel nimike tyonimike stanowisko nazwastanowiska tytuł"
        " nazovpozicie"
        " nazevpozice munkakor должность название вакансия 職種 職位名称 职位名称 职位".split()
    ),
    frozenset(["name"]),
)
ID_NAMES = (
    frozenset(["id"]),
    frozenset("jobid postingid jobpostingid vacancyid positionid".split()),
    frozenset("reqid requisitionid jobreqid reference refnumber".split()),
    # As exports in other languages name it; a word for any number is the least sure.
    frozenset(
        "stellenid kennziffer referenznummer stellennummer jobnummer ausschreibungsnummer refnr referentie"
        " referentienummer vacatureid vacaturenummer numerodereference referenceoffre referencedeloffre"
        " referencia numerodereferencia idoferta idvacante".split()
    ),
    frozenset("numero nummer".split()),
)
COMPANY_NAMES = frozenset(
    "company companyname employer employername organization organisation hiringorganization".split()
)

DEPARTMENT_NAMES = frozenset(
    "department departments departmentname dept team teams teamname division businessunit jobfunction"
    " function abteilung bereich".split()
)
LOCATION_NAMES = frozenset(
    "location locations locationname joblocation joblocations worklocation locationstext primarylocation"
    " city cities office offices standort ort".split()
)

PART_NAMES = frozenset(
    "responsibility responsibilities jobresponsibilities keyresponsibilities mainresponsibilities"
    " rolesandresponsibilities responsibilitiesandduties duty duties jobduties keyduties mainduties"
    " majorduties dutiesandresponsibilities task tasks maintasks keytasks requirement requirements"
    " jobrequirements qualification qualifications minimumqualifications preferredqualifications"
    " basicqualifications skill skills requiredskills whatyoulldo whatyouwilldo whatyoullbring"
    " whatyouwillbring yourtasks yourprofile accountabilities keyaccountabilities mainaccountabilities"
    " jobpurpose personspecification essentialcriteria desirablecriteria roleresponsibilities jobhighlights"
    " highlights jobresponsibility essentialfunctions essentialduties jobfunctions whatyoudo whatyoullbedoing"
    " whatyouwillbedoing yourresponsibilities yourrole yourjob yourmission youwill daytoday"
    " roleandresponsibilities descriptionofduties bullet bulletpoint whoyouare youhave whatwelookfor"
    " whatwerelookingfor whatyouneed musthave nicetohave minimumrequirements preferredskills"
    # One a column, numbered.
    " accountability keyaccountability keyresponsibility mainresponsibility keyduty mainduty keytask maintask"
    " jobduty essentialfunction essentialduty"
    # As exports in other languages name them.
    " aufgaben ihreaufgaben deineaufgaben hauptaufgaben aufgabenbereich aufgabengebiet tatigkeiten"
    " anforderungen profil deinprofil ihrprofil taken jetaken takenpakket werkzaamheden"
    " verantwoordelijkheden functieeisen missions vosmissions missionsprincipales responsabilites"
    " profilrecherche profildeposte funciones funcionesprincipales requisitos perfil responsabilidades tareas"
    " mansioni responsabilita compiti requisiti attivita atividades atribuicoes tarefas obowiazki"
    " zakresobowiazkow arbetsuppgifter arbejdsopgaver arbeidsoppgaver".split()
)
"""Usual names of columns that hold a part of the posting beside its text, such as its duties alone."""

BLANK = frozenset(
    (
        "nan none null n/a na n.a nil nat tbd tba #n/a #ref! #value! undefined unknown missing loading"
        " false 0 \\n"
    ).split()
)
"""What programs and people write into a cell without a text."""

_NOTHING = re.compile(
    r"(?:(?:no|the|job|position|full|to be) )*(?:description|text|content|data|details?|information|info)?"
    r" ?(?:is |was )?(?:(?:not |un)?(?:available|provided|specified|applicable|found|given|listed)"
    r"|confirmed|announced|determined|loaded)?"
)
_SAYS_NO = re.compile(r"\b(?:no|not|unavailable|to be)\b")
_AROUND = " \t\r\n\xa0\u200b\ufeff\"'`()[]{}<>.…,;:!?*_–—-"  # of what says that there is nothing

FORMS = (
    *("full", "html", "en", "english", "", "markdown", "formatted", "external", "c", "text", "plain"),
    *("clean", "cleaned", "original", "raw", "str"),
)
"""Suffixes under which systems give the same text several times (``descriptionHtml``, ``descriptionPlain``),
the richest first."""

_AUDIENCE = re.compile(
    r"^(?:external|ext|public|advertised|internal|full|raw|clean|cleaned|original|complete|scraped"
    r"|extracted|long)(?=.)"
)
"""Whom a text is for, in front of its name: ``ExternalDescription``, ``extJobTitle``."""

_OF_WHAT = re.compile(r"^(?:job|role|position|vacancy|posting|opening|requisition|offer)(?=.)")
"""Of what a text is, in front of its name: ``Vacancy details``, ``Job advert``."""

_NUMBER = re.compile(r"(?: \(\d+\)|\.\d+|[_ ]\d{1,2}|_[xy])$")
"""At the end of the name of a column that is not the only one of its name: ``note (2)`` as it is read here,
``note.1`` and ``note_x`` as pandas writes it."""

_SECTION = re.compile(
    r"(?:section|block|paragraph|abschnitt)(\d{1,2})(text|body|content|value|html|description)?"
)
"""The name of a column that holds a numbered section, as `normalized` spells it."""
_SECTION_HEADS = ("title", "heading", "header", "name", "headline")

_WORDS = frozenset(
    "about details overview profil perfil summary specification advert intro introduction vacature stelle"
    " teaser emploi opis popis contenu contenido detalle bullet".split()
)
"""Names of columns that stand in a cell for other reasons, too; alone they make no header."""


NAMES_KEPT = 4_096
"""Names of which it is kept whether they are known; a broken table repeats the same thousands of times."""

LONGEST_BLANK = 60
"""Characters of a cell that may say in words that there is no text."""

LONGEST_NAME = 60
"""Characters of the name of a column; longer cells are text."""

_PATH = re.compile(
    r"^(?:\W?(?:data|attributes|fields|properties|props|node|items?|results?|_?source|record|payload"
    r"|object)(?:\[?\d*\]?)[./])+(?=[^\W\d])",
    re.IGNORECASE,
)
"""Where a field stood before a table was made of nested objects, in front of its name."""


def normalized(name: str) -> str:
    """Spell a name in lower case without accents, spaces and signs: ``Job Title`` and ``job_title`` are one.

    Examples
    --------
    >>> normalized("Intitulé du poste"), normalized("Job_Title "), normalized("data.attributes.job-title")
    ('intituleduposte', 'jobtitle', 'jobtitle')
    """
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    if "." in name or "/" in name:
        name = _PATH.sub("", name)
    return re.sub(r"[\W_]+", "", name.casefold())


def is_numbered(column: str) -> bool:
    """Whether a column is a second one of its name, as rolefit, pandas and people write it."""
    return _NUMBER.search(column) is not None


def base(column: str) -> str:
    """Spell the name of a column without the number of a second one of its name.

    Examples
    --------
    >>> base("Description (2)"), base("description.1"), base("description_y"), base("description_2")
    ('description', 'description', 'description', 'description')
    """
    return normalized(_NUMBER.sub("", column))


def stem(plain: str, names: frozenset[str]) -> str | None:
    """Return the name in ``names`` by which a column is called, whatever form follows it."""
    return next((bare for bare, _ in _forms(plain, names) if bare in names), None)


def form(plain: str, names: frozenset[str]) -> int:
    """Return the place in `FORMS` of the form in which a column gives what it is called by in ``names``."""
    return next((FORMS.index(end) for bare, end in _forms(plain, names) if bare in names), len(FORMS))


@lru_cache(maxsize=NAMES_KEPT)
def _forms(plain: str, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return what a name may be: without the form at its end, without whom it is for at its beginning.

    The name of a text or a part may also leave out what it is of.
    """
    bare = _AUDIENCE.sub("", plain)
    own = _OF_WHAT.sub("", bare) if names in (*TEXT_NAMES, PART_NAMES) else bare
    found = []
    for name in dict.fromkeys((plain, bare, own)):
        found.append((name, ""))
        # "Description__c" is Salesforce's
        found += [(name.removesuffix(end), end) for end in FORMS if end and name.endswith(end)]
    return tuple(found)


def candidates(columns: Sequence[str], tiers: Sequence[frozenset[str]]) -> list[str]:
    """Return the columns that fit the likeliest set of names; of several forms of a text the richest."""
    for names in tiers:
        stems: dict[str, list[str]] = {}
        for column in columns:
            found = stem(base(column), names)
            if found is not None:
                stems.setdefault(found, []).append(column)
        if stems:
            return [column for group in stems.values() for column in _richest(names, group)]
    return []


def _richest(names: frozenset[str], columns: Sequence[str]) -> list[str]:
    """Return those of the columns of one text that have the richest form."""
    rank = {column: form(normalized(column), names) for column in columns}
    best = min(rank.values())
    return [column for column in columns if rank[column] == best]


def is_header_name(name: str, asked: Collection[str] = ()) -> bool:
    """Whether a cell names a text or title column, or a text column asked for, as only a header does."""
    if asked:
        return name.strip().casefold() in {column.strip().casefold() for column in asked}
    if len(name) > LONGEST_NAME:
        return False
    plain = normalized(name)
    if plain == "name" or plain in _WORDS:  # a title or a report's head may say these
        return False
    return is_part_name(name) or is_text_name(name) or is_title_name(name)


@lru_cache(maxsize=NAMES_KEPT)
def is_text_name(name: str) -> bool:
    """Whether a column is called like the text of a posting."""
    return any(stem(base(name), names) is not None for names in TEXT_NAMES)


@lru_cache(maxsize=NAMES_KEPT)
def is_title_name(name: str) -> bool:
    """Whether a column is called like the title of a posting."""
    return any(stem(base(name), names) is not None for names in TITLE_NAMES)


@lru_cache(maxsize=NAMES_KEPT)
def is_part_name(name: str) -> bool:
    """Whether a column is called like a part of a posting: its duties, its requirements, ``Duty 2``."""
    plain = normalized(name).rstrip("0123456789")
    return stem(plain, PART_NAMES) is not None or is_section(name)


@lru_cache(maxsize=NAMES_KEPT)
def is_section(name: str) -> bool:
    """Whether a column holds the text of a numbered section: ``section_1_text``, ``Block 2``."""
    return _SECTION.fullmatch(normalized(name)) is not None


def section_heading(name: str, values: Mapping[str, Any]) -> str:
    """Return what a row calls the section in a column: the cell of ``section_1_title``; empty when none does.

    Examples
    --------
    >>> section_heading("section_1_text", {"section_1_title": "Duties", "section_1_text": "Own it"})
    'Duties'
    """
    plain = normalized(name)
    found = _SECTION.fullmatch(plain)
    own = plain.removesuffix(found[2] or "") if found else plain
    heads = {own + head for head in _SECTION_HEADS}
    cells = (value for column, value in values.items() if normalized(column) in heads)
    return next((cell for cell in cells if isinstance(cell, str) and not is_blank(cell)), "")


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no text.

    Examples
    --------
    >>> is_blank("NaN"), is_blank(" - "), is_blank("None of this"), is_blank("<p></p>")
    (True, True, False, True)
    >>> is_blank("[null]"), is_blank("No description available."), is_blank("No description of mine")
    (True, True, False)
    """
    if len(text) > LONGEST_BLANK:
        return "<" in text and _shows_nothing(text)
    bare = text.casefold().strip(_AROUND)
    words = bare.split()
    if not bare or bare in BLANK or all(word in BLANK for word in words):
        return True
    if _SAYS_NO.search(bare) and _NOTHING.fullmatch(" ".join(words)):
        return True
    return ("<" in text or "&" in text) and _shows_nothing(text)


_SHOWN_AS_NOTHING = re.compile(r"<[^<>]*>|&nbsp;|&#160;|\s+")


def _shows_nothing(text: str) -> bool:
    # Only up to the first letter: to look at all of every text took most of the time that a table of HTML
    # takes to read.
    end = 0
    for found in _SHOWN_AS_NOTHING.finditer(text):
        if found.start() != end:
            return False
        end = found.end()
    return end == len(text)


def company_in(values: Mapping[str, Any]) -> Any:
    """Return the cell of a row that names the company, if there is one."""
    found = next((value for name, value in values.items() if is_known_name(name, COMPANY_NAMES)), None)
    found = lenient_json.of_cell(found)
    return found.get("name") if isinstance(found, dict) else found  # an organization, as schema.org writes it


def department_in(values: Mapping[str, Any]) -> str | None:
    """Return the department that a row names, if there is one."""
    return _named_by(DEPARTMENT_NAMES, values)


def location_in(values: Mapping[str, Any]) -> str | None:
    """Return the place of work that a row names, if there is one."""
    return _named_by(LOCATION_NAMES, values)


def _named_by(names: frozenset[str], values: Mapping[str, Any]) -> str | None:
    """Return the first filled cell with one of the names, also of the categories that Lever puts apart."""
    apart = lenient_json.of_cell(values.get("categories"))
    for cells in (values, apart if isinstance(apart, dict) else {}):
        for name, value in cells.items():
            if is_known_name(name, names) and (words := short_name(value)):
                return words
    return None


@lru_cache(maxsize=NAMES_KEPT)
def is_known_name(name: str, names: frozenset[str]) -> bool:
    """Whether the name of a column is in a set of names, however it is spelt."""
    return normalized(name) in names


def short_name(value: Any) -> str:
    """Return a name of one line: of text, of an object as systems write one, of several joined by commas.

    Examples
    --------
    >>> short_name([{"id": 4, "name": "Berlin"}, "Oslo"]), short_name('[{"name": "Berlin"}]')
    ('Berlin, Oslo', 'Berlin')
    """
    value = lenient_json.of_cell(value)
    if isinstance(value, dict):
        parts = (value.get(key) for key in ("name", "addressLocality", "city", "address"))
        return next((words for part in parts if part and (words := short_name(part))), "")
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(short_name, value))))
    # A workbook of ours has a name on each line.
    text = ", ".join(filter(None, map(str.strip, value.split("\n")))) if isinstance(value, str) else ""
    return "" if is_blank(text) or len(text) > LONGEST_NAME else text
