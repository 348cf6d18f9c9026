"""Hold the wordings by which a line says whose work it names, or that it is nobody's here.

Which lines are looked at for them, and of which lines they speak, is `rolefit.text.scope`'s to say. Most read
lines in small letters.
"""

from __future__ import annotations

import re

from .late_pattern import late_pattern

_PERSON = (
    r"(?:product\s)?(?:manager|owner|lead|leader|head|director|coach|master|boss|chief|colleague|predecessor"
    r"|po|pm)(?:\sof\s\w+)?"
)

_ONE = (
    "team squad department division committee board council office agency vendor supplier consultancy partner"
    " client customer headquarters founder ceo cto cpo coo cfo cmo officer bureau unit function"
)
_SEVERAL = (
    "teams squads departments divisions committees boards offices agencies vendors suppliers consultants"
    " partners clients customers founders officers analysts engineers developers designers architects testers"
    " researchers marketers"
)
GROUPS = f"{_ONE} {_SEVERAL}".split()
"""People and bodies that may do the work in the place of the person sought."""

_SINGULAR, _PLURAL = (rf"(?:{'|'.join(names.split())})(?!['’-])" for names in (_ONE, _SEVERAL))
_GROUP = rf"(?:{_SINGULAR}|{_PLURAL})"
_OF_PLACE = r"(?:\s(?:in|of|from|at)\s(?:the\s)?[\w-]+)?"

# What is not denied by a "not": more of the same follows, or it is an assurance.
_STILL = r"""
    (?!\W+(?: only | just | merely | simply | solely | limited | necessarily | always | afraid | all | least
      | (?:strictly\s|absolutely\s)?(?:required|mandatory|essential|necessary|needed) | a\s(?:must|problem)
      | (?:be\s)?(?:alone|bored|limited|expected\sto\sknow) | stop | tire | forget | settle | miss | hesitate
      | rest | lose | worry | fear | compromise | shy | take\sno | satisfied | sure | discriminate | wait
      | (?:your|an?|the)\s(?:average|usual|ordinary|typical|standard) )\b)
"""

_SUBJECT = r"""
    (?: (?:please\s)?(?:note|be\saware|bear\sin\smind)\s(?:also\s)?that\s )?
    (?: (?:unlike|as|at|here|for|currently|today|in|within|with)\b[^,.:;!?]{0,60},\s )?
    (?: (?:in|within|with)\s(?:this|the)\s(?:job|role|position),?\s )?
    (?: (?:you(?:'ll)?|it|we|this|that|there|the\sperson|nobody
        |(?:this|the|your)\s(?:job|role|position|post|work)|the\s(?:successful|ideal)\scandidate)\s )?
    (?: (?:and|but|also|simply|really|certainly)\s )?
    (?: be\s(?=spared|excused|free) )?
"""

_NOT = r"""
    (?: (?:will|shall|would|do|does|did|are|is|am|need|must|should|can|could|may|has|have)\s
        (?:also\s|certainly\s)?not
      | cannot | [a-z]{2,6}n't | never | no\slonger | not | no\smore | no\sneed\sto
      | no\s(?:responsibility\sfor|(?:say|part|role|voice|influence|control)\s(?:in|over))
      | nothing\sto\sdo\swith | free\s(?:from|of) | spared | excused
      | (?:stay|keep)\s(?:out\sof|clear\sof|away\sfrom) | hardly\sever | rarely | seldom
      | forget\sabout(?=[^:;–—]*$) )\b
"""


# Not what a party wants of the person sought, is, or has; and no "customer services manager".
_NO_DEED = r"""
    (?:(?:also|still|then|already|currently|now|alone)\s)?
    (?!(?: is | are | was | were | has | have | had | can | could | may | might | would | should | must
      | shall
      | (?: need | want | seek | require | expect | look | search | hire | rely | trust | invite | ask | offer
        | give | let | hope | wish | prefer | work | love | believe | service | sale | product | solution
        | operation | relation | account | project | system | insight | requirement | communication )s?
      | relies | searches | affairs | analytics | and | or | in | at | of | for | to | with | on | who | that
      | which | where | as | role | position | job | vacancy | lead | leader | manager | member )\b)
"""
_DOES = r"(?:will|[a-z]{2,14}(?<!s)s)\b"
_DO = r"[a-z]{2,13}(?!s)[a-z]\b"


# "You neither …", "No stories, no sprints."
_NONE = r"neither\b(?=.*\bnor\b)|no\s[\w\s-]{2,40}(?=(?:,\s(?:and\s|or\s)?no\s[\w\s-]{2,40})+\W*$)"


DENIED = late_pattern(
    rf"(?!.*\?\W*$)\W*{_SUBJECT}(?:(?:will|are|is|has|have)\s(?:be\s)?)?({_NOT}|{_NONE}){_STILL}",
    re.VERBOSE,
    only_if=r"""not\b|n't\b|\bn(?:o|ever|either|othing)\b|\bfree\s(?:from|of)\b|\b(?:spared|excused)\b
        |\b(?:stay|keep)\s(?:out|clear|away)\b|\b(?:hardly|rarely|seldom|forget)\b""",
)
""""You will not own the backlog", "No stories, no sprints"."""


SOMEBODY_ELSE = late_pattern(
    rf"""\W*(?:
        # "Our product owner writes …"; with "will" it may be the person sought, unless one works for them
        ((?:our|your|their|his|her)\s(?:[\w-]+\s){{0,2}}?{_PERSON})
        (?: ,?\s(?:who|whom|which|for\swhom|with\swhom|to\swhom)\b
          | ,[^,.]{{1,40}}\b(?:you|assist|support)\b[^,.]{{0,30}},
          | \sis\s(?:the\sone|in\scharge|responsible|accountable)\b
          | \s(?!(?:is|has|was|as|role|position|job)\b)[a-z]{{2,14}}(?<!s)s\s )
      | # "The product owner of your team orders …", "The lead writes the stories for you"
        (the\s(?:[\w-]+\s){{0,2}}?{_PERSON}\s(?:of|in)\s(?:your|our)\s\w+)\s[a-z]{{2,14}}(?<!s)s\s
      | (the\s(?:[\w-]+\s){{0,2}}?{_PERSON})\s[a-z]{{2,14}}(?<!s)s\s[^.]*\bfor\syou\b
      | # "Our product owner will …": who is sought is "our new" or "our next"
        (our\s(?!new\b|next\b|first\b|future\b|ideal\b)(?:[\w-]+\s){{0,2}}?{_PERSON})\swill\b
      | # "Your predecessor owned …"
        ((?:our|your|the)\s(?:predecessor|(?:previous|former|last)\s(?:[\w-]+\s){{0,2}}?{_PERSON}))
          \s(?!left\b)
      | # "The manager you support will …"
        ((?:our|the|a)\s(?:[\w-]+\s){{0,2}}?{_PERSON})\s(?:whom\s|that\s)?
          you\s(?:will\s)?(?:support|assist|help|report\sto|work\s(?:for|with)|sit\swith)\b
      | # "You report to the manager who owns …"
        (?:you\s)?(?:will\s)?(?:report(?:ing)?|assist(?:ing)?|support(?:ing)?|help(?:ing)?|work(?:ing)?)\s
          (?:directly\s)?(?:to\s|for\s|under\s)?
        ((?:our|the|a|an)\s(?:[\w-]+\s){{0,3}}?{_PERSON}),?\s(?:who|that|which)\b
      | # "Leave the backlog to Inga"
        (leave)\s(?!nothing\b|no\b|your\b|it\b)[^.,]{{3,60}}\sto\s(?!chance\b|you\b|us\b)
          (?:(?:our|the|your|other|another)\s(?:[\w-]+\s){{0,2}}?)?[\w-]+\W*$
      | # "I decide where our app goes", says a colleague
        (i)(?:'(?:m|ve|d|ll))?\s[a-z]
      | # "Another team will …", "A colleague from marketing writes …"
        ((?:a|another|some\sother|one\sof\s(?:our|your))\s(?:[\w-]+\s){{0,2}}?
          (?:colleagues?|teams?|department|person)(?:\s(?:from|in|of)\s[\w-]+(?:\s[\w-]+)?)?
        | some(?:one|body)\selse)\s
          (?:will|is|does|[a-z]{{2,14}}(?<!s)s)\b
    )""",
    re.VERBOSE,
    only_if=r"""\A\W*(?:(?:our|your|their|his|her|the|an?|another|some\sother|one\sof)\s
        |(?:you\s)?(?:will\s)?(?:report|assist|support|help|work)(?:ing)?\s(?:directly\s)?
         (?:(?:to|for|under)\s)?(?:our|the|an?)\s
        |leave\s|i(?:'[mvdl]\w?)?\s|some(?:one|body)\selse\s)""",
)
"""A line that begins with who else does the work."""


# "…", with "the product owner" alone left out where it may be the person sought.
_ELSEWHERE = rf"""
    elsewhere | others | (?:some(?:one|body)|anyone)\selse | (?:group\s)?headquarters | head\soffice
    | (?:(?:the|our|another|other|an?)\s(?:other\s)?(?!new\b|next\b|first\b|future\b)
        (?:[\w-]+\s){{0,3}}?(?:{_GROUP}|colleagues|{_PERSON}s?){_OF_PLACE})
"""


# Who hands down what is decided; what comes from customers is the work of the person sought.
_FROM_ABOVE = r"""
    (?:group\s)?headquarters | head\soffice | another\s(?:team|department|division|unit)
    | (?:the|our)\s(?:[\w-]+\s){0,2}?(?:board|council|committee|founders?|ceo|cto|cpo|parent\scompany)
"""
_BY_WHOM = rf"""
    (?:(?:for|to)\syou\s)?by\s(?:[\w-]+,\s(?=our\b))?
    (others|some(?:one|body)\selse|(?:group\s)?headquarters|head\soffice
      |(?:another|a\sdifferent)\s[\w-]+
      |(?:the|our)\s(?:[\w-]+\s){{0,3}}?(?!(?:clients?|customers?|partners?)\b){_GROUP}
      |our\s(?!new\b|next\b|first\b|future\b)(?:[\w-]+\s){{0,2}}?{_PERSON}\b)
"""
_TASK = r"(?:job|tasks?|matter|duty|responsibility|business|decision)"
_STOPS = r"(?=\W*$|[,;(])"


AT_THE_END = late_pattern(
    rf"""
    \b(?=[abcfilrs])(?:
        (?:is|are)(\snot|n't|\snever)\s(?: (?:a\s|your\s)?
          (?:part\sof|in\sscope|job|task|tasks|duty|concern|responsibility|included|among\syour)\b
          (?!\s(?:but|merely|simply)\b)
          | (?:yours|for\syou|something\s(?:that\s)?you|up\sto\syou)\b )
      | (?: (?:is|are)\s(?:in\sthe\shands\sof|(?:left|up)\sto|(?:a|the)\s{_TASK}\s(?:for|of))\s
          | (?<!you\s)(?<!used\sto\s)(?:stays?|remains?|lies?|rests?|sits?|belongs|falls?)\s
            (?:(?:to|with(?:in)?|in)\s|(?=elsewhere)) )
        ({_ELSEWHERE}){_STOPS}
      | (?:is|are)\s((?:our|another)\s[\w\s-]{{2,40}}'s|some(?:one|body)\selse's)\s{_TASK}\b
      | (?:stays?|remains?)\s((?:the|our|another)\s[\w\s-]{{2,40}}'s|some(?:one|body)\selse's)\s{_TASK}\b
      | comes?\s(?:down\s)?from\s({_FROM_ABOVE}){_STOPS}
    )
    | [(]\s?(not)\s(?:a\s)?(?:part\sof|in\sscope|included|for\syou|your\s(?:job|tasks?|duty|work))\b
    | (?: \b(?=[agirsw])(?:is|are|gets?|will\sbe|stays?|remains?)\s(?:\w+\s){{0,2}}?
          (?:led|run|set|\w{{2,}}(?:ed|en|ne|pt|et|un|de))
        | [(:–—-]\s?(?:done|handled|written|kept|owned|run|led|set|decided|defined|made|ordered|managed
          |maintained|covered|drawn\sup|looked\safter|taken\scare\sof) )
      \s{_BY_WHOM}
    """,
    re.VERBOSE,
    only_if=r"""\b(?:is|are)(?:n't|\s(?:not|never|in\sthe\shands|left|up|the|an?|our|another|some\w+)\s)
        |\b(?:stays?|remains?|lies?|rests?|sits?|belongs|falls?)\s
         (?:to|in|with|within|elsewhere|the|our|another|some\w+)\b|\b(?:from|by)\s|[(]\s?not\s""",
)
""""Pricing is not part of this job", "The backlog is kept by another team"."""


OF_WHAT_WAS_SAID = late_pattern(
    rf"""^\W*(?:but\s)?(?:
        ((?:none|nothing|not\sone)\sof\s(?:the\sabove|this|that|these|those|it))\s
          (?:is|are|will|belongs?|falls?|concerns?)\b
      | (?:all|most)?\s?(?:of\s)?(?:the\sabove|these|those|this|that)\s
        (?:is|are|belongs?\sto|stays?\swith|falls?\sto)\s
        (not\s(?:in\sscope|part\sof|your\s(?:job|work|task|duty|concern|business|responsibility)\b)
          | others\b | (?:some(?:one|body)|anyone)\selse | done\sby\s(?!you)
          | our\s(?!new\b|next\b)(?:[\w-]+\s){{0,2}}?(?:teams?|colleagues?|{_PERSON})\b)
    )""",
    re.VERBOSE,
)
"""A line that says of the list above it that it is somebody else's."""


HELPS_YOU = late_pattern(
    r"""\W*((?!you\b|in\b|as\b)(?:[\w-]+\s){1,5})(?:will|may|can|shall)\s(?:\w+\s)?
        (?:support|help|assist|guide|coach|train|mentor|brief|call|contact|advise|welcome
          |work\s(?:closely\s)?with)\s(?:you|us)\b
    """,
    re.VERBOSE,
)
""""The developers will support you"."""


OTHER_POSTINGS = late_pattern(
    r"""^\W*(?:
        (?:(?:our|see|view|browse)\s)?(?:similar|related|recommended|suggested|other|more)\s(?:open\s)?
          (?:jobs|roles|openings|vacancies|positions|opportunities)
          (?:\s(?:at|from|like|in|near|for)\b.{0,30})?
      | (?:people|others|candidates|applicants|visitors)\salso\s\w+(?:\s\w+)?
      | you\s(?:may|might)\salso\s(?:like|be\sinterested\sin) | (?:you\s)?recently\sviewed(?:\s\w+)?
      | recommended\sfor\syou | jobs\s(?:that\s)?you\s(?:may|might)\slike
        # or what else the page leads to
      | (?:the\s)?(?:latest|recent|recommended|related|further|more)\s(?:[\w-]+\s){0,2}?
        (?:articles?|posts?|news|reading|blog)(?:\s(?:on|in|from|at)\s.{2,30})?
      | (?:new|more|read)?\s?(?:on|from|in)\s(?:our|the)\s(?:blog|newsroom|magazine)
    )\W*$""",
    re.VERBOSE,
)
"""A line under which other postings stand."""


BLANK_FORM = late_pattern(
    r"""\W*(e\.g\.|tbd\b|to\sbe\s(?:defined|confirmed)\b|(?:sample|example|dummy)\s(?:duty|task)\b|x{4}
        |insert\b|\[\s*(?:insert|your|company|name))
      |(?s:.*?)[\[<{(](insert\b|delete\sas|to\sbe\s(?:filled|completed)|placeholder)""",
    re.VERBOSE,
)
"""A line that is still to be filled in."""


OVER_A_LIST = late_pattern(
    rf"""
    ( # what follows is denied
      ^\W*{_SUBJECT}{_NOT}{_STILL}
    | {_NOT}(?!\sbe\s(?:bored|alone|limited)\b)
      (?:\s(?:(?:have|need)\sto\s)?(?:be\s)?(?:\w{{2,5}}|involve|include|concern))?\W*$
    | \bfree\s(?:from|of)\b
    | \b(?:not|n't|never)\s(?:be\s)?(?:part|responsible|included|in\sscope|involved
        |your(?!\s(?:average|usual|ordinary|typical|standard)))\b
    | \b(?:removed|excluded|taken\s(?:off|out)|dropped|leave\sbehind|out\sof\sscope
        |(?:outside|beyond)\s(?:of\s)?(?:this|the|your|its)\s(?:role|job|scope|remit)|away\sfrom\syou)\b
    | \b(?:none|neither)\sof\s(?:the|this|that|these|those)\b | \b(?:not|n't)\smiss\b
    | \b(?:worry|bother|think|care)\sabout(?=\W*$) | \boff\syour\s(?:plate|desk|hands|list)\b
    | \b(?:not|n't|nothing|never)\b.{{0,20}}\bon\syour\s(?:plate|desk|list)\b
    | ^\W*(?:exclusions?|non-(?:duties|tasks|responsibilities|goals))(?=\W*$)
      # or somebody else's, or of another time
    | \b(?:leave|left|hand|handed|given|belongs?|falls?|stays?|handled|done|covered|looked\safter)\s
      (?:(?:this|that|these|those|it|them|over|up)\s){{0,2}}(?:to|with|by)\s
      (?:others|some(?:one|body)\selse|headquarters|head\soffice|another\s[\w-]+
        |(?:our|the|other)\s(?:[\w-]+\s){{0,2}}?(?:teams?|squads?|departments?|colleagues|developers
          |{_PERSON}s?))\b
    | \binstead\sof\syou\b | \b(?:some(?:one|body)|anyone)\selse's\b
    | \b(?:your|our)\s(?:future\s)?(?:colleagues|team-?mates|neighbou?rs)\s(?:will\s)?
      (?:do|handle|own|run|take|look)\b
    | ^\W*what\s(?:the|our|your|other)\s(?:[\w-]+\s){{0,2}}?
      (?:teams|squads|colleagues|developers|engineers|others|interns|trainees|graduates)\s
      (?:\w+\s){{0,4}}?(?:do|did|does|look|own|run|handle|decide|take)\b
    | \b(?:the\sperson\sbefore\syou|(?<!from\syour\s)predecessors?
        |used\sto(?!\s(?:support|help|inform|track|measure))
        |(?:previous|former|past|earlier)\s(?:duties|tasks|responsibilities|scope)
        |until\s(?:last|now|recently)|(?:job|role|position)\s(?:was|had\sbeen))\b
    | ^\W*(?:our|your)\s(?:future\s)?{_PERSON}(?:\swill|'s\s(?:tasks|job|work|duties))?\W*$
    | ^\W*the\s(?:\w+\s)?{_PERSON}'s\W*$ | \b{_PERSON},?\s(?:who|whom)\W*$
    | ^\W*(?:our|your)\s(?:future\s|new\s)?(?:colleagues|team-?mates|neighbou?rs)\W*$
    | \b(?:could|may|might|would)\b.*
      \b(?:(?<!from\s)one\sday|some\sday|later|eventually|in\s(?:the\s)?future)\b
    | \b(?:(?<!from\s)one\sday|some\sday|later\son|eventually)\b.*\b(?:could|may|might|would)\b
      # or an example
    | \b(?:replace\s(?:by|with)\syour|delete\sas\s(?:applicable|appropriate)|sample\stext)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""What is said of the work that follows: a list, or the rest of the line."""


REMARK = late_pattern(
    r"""\W*(?P<people>
          (?P<which>(?:the|our|all|some|most|many|half|several|two|three|four|five|six|\d+)\s
            (?:of\s(?:the|our)\s)?)?
          (?:[\w-]+\s){0,3}?(?P<who>\w+))\s
        (?:(?:from|in|of|at|and)\s(?:[\w-]+\s){1,3}?)?
        (?:are|is|have|has|sit|share|meet|work|eat|play|love|like|enjoy|come|belong|use|moved|joined|started
          |won|(?P<past>[a-z]{3,}ed)|live|gather|build|make)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""What people are or do."""


OTHER_PARTY = late_pattern(
    rf"""\W*(?:
        (?: ((?:our|your|their|the|another|an?|one\sof\sour)\s(?:[\w-]+\s){{0,3}}?{_SINGULAR}{_OF_PLACE})
          | (?P<several>
              (?:our|your|their|the|other)\s(?:[\w-]+\s){{0,3}}?{_PLURAL}{_OF_PLACE}
            | (?:(?:our|the)\s)?(?:two|three|four|five|several|other)\s(?:[\w-]+\s){{0,2}}?{_PERSON}s)
          | (the\s[\w-]+'s\s(?:[\w-]+\s){{0,2}}?{_PERSON})
          | [\w-]+(?:\s[\w-]+)?,\s(our\s(?!new\b|next\b)(?:[\w-]+\s){{0,2}}?{_PERSON}), )
        \s{_NO_DEED}(?(several){_DO}|{_DOES})
      | (?:there\s(?:is|are|will\sbe)\s|for\s(?:this|that|these)\swe\shave\s)?
        (an?\s(?:separate|different|dedicated)\s(?:[\w-]+\s){{0,2}}?(?:person|role|job|{_PERSON}|{_GROUP}))\s
          (?:for|who|that|which|is\sin\scharge|is\sresponsible)\b
      | it\s(?:is|will\sbe)\s(our\s(?!new\b|next\b)(?:[\w-]+\s){{0,2}}?(?:{_PERSON}|{_GROUP})
          |(?:the|another)\s(?:[\w-]+\s){{0,2}}?{_GROUP})\s(?:who|that|which)\s
      | we\s(?:already\s)?(?:have|employ)\s(an?\s(?:[\w-]+\s){{0,2}}?(?:{_PERSON}|{_GROUP}))\s
          (?:who|that|which|for)\s
      | (some(?:one|body)|people|colleagues)\s(?:in|from|at)\s(?:the\s)?[\w-]+(?:\s[\w-]+)?\s
          {_NO_DEED}(?:{_DOES}|{_DO})
      | ((?:the\s)?others)\s(?:will\s)?
          (?:decide|define|do|own|set|take|write|run|order|look|plan|manage)\b
    )(?!.*\byou(?:'\w+|rs)?\b)""",
    re.VERBOSE,
    only_if=r"""\A\W*(?:(?:our|your|their|the|another|an?|one\sof|others?|two|three|four|five|several)\s
        |there\s(?:is|are|will)\s|for\sth(?:is|at|ese)\swe\s|it\s(?:is|will)\s
        |we\s(?:already\s)?(?:have|employ)\s|(?:some(?:one|body)|people|colleagues)\s(?:in|from|at)\s
        |[\w-]+(?:\s[\w-]+)?,\sour\s)""",
)
""""The steering committee sets prices", "We have a lead who writes the stories"."""


ANOTHER_TIME = late_pattern(
    r"""\W*(?:
        (in\stime|later(?:\son)?|eventually|(?:one|some)\sday|over\stime|down\sthe\s(?:line|road)
          |in\s(?:the\s)?(?:future|(?:long|longer|medium)\s(?:run|term))|after\s[^,.]{0,20}?
           \b(?:years?|months?|while|time|probation|training|induction)(?:\s\w+)?
          |(?:with|given)\s(?:more\s|enough\s|some\s)?experience|once\s(?!an?\b|every\b|per\b)[^.]{3,60}?
          |should\s(?:an?\s(?:vacancy|post|position|opening|chance)
             |you\s(?:ever|one|later|wish|want|like|move|choose))\b
            [^,.]{2,60}?),?\s
        (?:and,?\s[^,]{3,40},\s)?(?:you|it|this|the\s(?:job|role|post|position))\s
        (?:may|might|could)\b
      | (?:there\s(?:is|are|will\sbe)\s)?(?:(?:an?|the|some|real|great|good)\s){0,2}
        ((?:chance|possibility|opportunity|option|room|scope|prospect)s?\s(?:to|of|for)\s(?:later\s)?
          (?:grow|develop|move|progress|advance|transition|step)(?:ing)?\s(?:on\s|up\s)?(?:in)?to)\b
      | (?!.*\byou(?:'\w+|r)?\b)
        (until\s(?:last|now|recently|this)|formerly|previously|historically|in\sthe\spast|used\sto)\b
      | (?:we|they|s?he|(?:our|the|this)\s(?:job|role|post|position))\s(?:also\s)?(used\sto)\b
      | ((?:perhaps|maybe)\s(?:\w+\s){0,2}?(?:later|eventually|(?:one|some)\sday|in\s(?:time|future)))\b
      | ((?:one|some)\sday)\syou\swill\b
      | (promotion\sto)\b
    )""",
    re.VERBOSE,
)
""""In time you may …", "A chance to grow into …", "Until last year the post …"."""
