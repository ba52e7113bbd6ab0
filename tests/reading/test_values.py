"""Apps whose specifications are added in loops, by helpers, from settings: what is read, without an environment."""

# ruff: noqa: E501  (a row is a project in a line or two)

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.reading.test_small_projects import HANDLERS, SPECIFICATION, UVICORN, verdict_of

FILES = {
    "specs/a.yaml": SPECIFICATION.replace("/v1", "/a"),
    "specs/b.yaml": SPECIFICATION.replace("/v1", "/b"),
    "handlers.py": HANDLERS,
}
HEAD = "import glob, os, sys\nimport os.path as osp\nfrom pathlib import Path\nimport connexion\n"
IN_SPECS = HEAD + "app = connexion.FlaskApp(__name__, specification_dir='specs')\n"
HERE = HEAD + "app = connexion.FlaskApp(__name__)\n"
PLACED = (
    HEAD
    + "app = connexion.FlaskApp(__name__, specification_dir=settings.spec_dir)\napp.add_api(settings.spec)\n"
)
BY = "def register(app, name):\n    app.add_api(name + '.yaml')\n"
LAZY = "import connexion\ndef _make():\n    app = connexion.FlaskApp(__name__, specification_dir='specs')\n    app.add_api('a.yaml')\n    return app\n"
MISSING = ("fails", "No such file or directory: 'c.yaml'")
ONE_PATH = ("fails", "under one base path")
SERVES = ("serves", "down to Connexion")
OPEN = "unknown"

TABLE = {
    # loops
    "a list": (IN_SPECS + "for s in ['a.yaml', 'b.yaml']:\n    app.add_api(s)\n", SERVES),
    "a list, one is not there": (IN_SPECS + "for s in ['a.yaml', 'c.yaml']:\n    app.add_api(s)\n", MISSING),
    "a named tuple": (IN_SPECS + "SPECS = ('a.yaml', 'b.yaml')\nfor s in SPECS:\n    app.add_api(s, strict_validation=True)\n", SERVES),
    "pairs": (IN_SPECS + "for s, base in [('a.yaml', '/one'), ('b.yaml', '/two')]:\n    app.add_api(s, base_path=base)\n", SERVES),
    "pairs on one base path": (IN_SPECS + "for s, base in [('a.yaml', '/one'), ('b.yaml', '/one')]:\n    app.add_api(s, base_path=base)\n", ONE_PATH),
    "items of a dictionary": (IN_SPECS + "APIS = {'/v1': 'a.yaml', '/v2': 'b.yaml'}\nfor base, s in APIS.items():\n    app.add_api(s, base_path=base)\n", SERVES),
    "enumerate": (IN_SPECS + "for i, s in enumerate(['a.yaml', 'b.yaml'], 1):\n    app.add_api(s, base_path=f'/v{i}')\n", SERVES),
    "dictionaries": (IN_SPECS + "for api in [{'file': 'a.yaml', 'base': '/x'}, dict(file='b.yaml', base='/y')]:\n    app.add_api(api['file'], base_path=api.get('base'))\n", SERVES),
    "glob of a path": (HERE + "for f in sorted((Path(__file__).parent / 'specs').glob('*.yaml')):\n    app.add_api(f)\n", SERVES),
    "iterdir with a condition": (IN_SPECS + "for f in (Path(__file__).parent / 'specs').iterdir():\n    if f.suffix == '.yaml':\n        app.add_api(f.name)\n", SERVES),
    "listdir with continue": (IN_SPECS + "for f in os.listdir(osp.join(osp.dirname(__file__), 'specs')):\n    if not f.endswith('.yaml'):\n        continue\n    app.add_api(f)\n", SERVES),
    "glob.glob": (IN_SPECS + "D = osp.join(osp.dirname(osp.abspath(__file__)), 'specs')\nfor f in glob.glob(osp.join(D, '*.y*ml')):\n    app.add_api(osp.basename(f))\n", SERVES),
    "names with an ending": (HERE + "for n in ['a', 'b']:\n    app.add_api(osp.join('specs', n + '.yaml'))\n", SERVES),
    "format": (HERE + "for n in ('a', 'b'):\n    app.add_api('specs/{}.yaml'.format(n))\n", SERVES),
    "percent": (HERE + "for n in ('a', 'b'):\n    app.add_api('specs/%s.yaml' % n)\n", SERVES),
    "a comprehension": (IN_SPECS + "[app.add_api(s) for s in ('a.yaml', 'b.yaml')]\n", SERVES),
    "what is appended to a list": (IN_SPECS + "SPECS = []\nSPECS.append(sys.argv[1])\nfor s in SPECS:\n    app.add_api(s)\n", (OPEN, "which specifications a loop adds")),
    "a loop over what is not known": (IN_SPECS + "for s in sys.argv[1:]:\n    app.add_api(s)\n", (OPEN, "which specifications a loop adds")),
    "a folder of an image": (HERE + "for f in Path('/srv/specs').glob('*.yaml'):\n    app.add_api(f)\n", (OPEN, "which specifications a loop adds")),
    # a part of an expression, a case, a file of settings
    "one of two calls": (IN_SPECS + "WANTED = ''\napp.add_api('c.yaml') if WANTED else app.add_api('a.yaml')\n", SERVES),
    "one of two calls, which is not known": (IN_SPECS + "app.add_api('c.yaml') if sys.argv[1:] else app.add_api('a.yaml')\n", (OPEN, "is decided when it runs")),
    "a call that is perhaps come to": (IN_SPECS + "sys.argv[1:] and app.add_api('c.yaml')\n", (OPEN, "is decided when it runs")),
    "a case": (IN_SPECS + "KIND = 'b'\nmatch KIND:\n    case 'a' | 'c':\n        app.add_api('c.yaml')\n    case _:\n        app.add_api('b.yaml')\n", SERVES),
    "a file of TOML": ({"app.py": "import tomllib\n" + IN_SPECS + "with (Path(__file__).parent / 'shop.toml').open('rb') as file:\n    GIVEN = tomllib.load(file)\napp.add_api(GIVEN['api']['spec'])\n", "shop.toml": "[api]\nspec = 'c.yaml'\n"}, MISSING),
    "a file of sections": ({"app.py": "import configparser\n" + IN_SPECS + "ini = configparser.ConfigParser()\nini.read(Path(__file__).parent / 'shop.ini')\napp.add_api(ini['api']['spec'])\napp.add_api(ini.get('api', 'other'))\n", "shop.ini": "[api]\nspec = a.yaml\nother = c.yaml\n"}, MISSING),
    "sections that are changed": ({"app.py": "import configparser\n" + IN_SPECS + "ini = configparser.ConfigParser()\nini.read('shop.ini')\nini.set('api', 'spec', sys.argv[1])\napp.add_api(ini['api']['spec'])\n", "shop.ini": "[api]\nspec = c.yaml\n"}, (OPEN, "which specification is added")),
    "a variable that is not set, by a function of the project": (IN_SPECS + "def env(name, default=None, cast=str):\n    value = os.environ.get(name)\n    return default if value is None else cast(value)\napp.add_api(env('SHOP_SPEC', 'c.yaml'))\n", MISSING),
    "the same in a branch": (IN_SPECS + "def env(name, default=None):\n    value = os.environ.get(name)\n    if not value:\n        return default\n    return value\napp.add_api(env('SHOP_SPEC', 'c.yaml'))\n", MISSING),
    "settings that are imported by their name": ({"app.py": IN_SPECS + "from settings import SPEC\napp.add_api(SPEC)\n", "settings/__init__.py": "import os\nfrom importlib import import_module\nSTAGE = os.environ.get('STAGE', 'live')\nSPEC = import_module(f'settings.{STAGE}').SPEC\nOTHER = import_module('.live', 'settings').SPEC\n", "settings/live.py": "SPEC = 'c.yaml'\n"}, MISSING),
    "settings that are imported from beside": ({"app.py": IN_SPECS + "from settings import SPEC\napp.add_api(SPEC)\n", "settings/__init__.py": "from importlib import import_module\nSPEC = import_module('.live', __name__).SPEC\n", "settings/live.py": "SPEC = 'a.yaml'\n"}, SERVES),
    "a flag that another file changes": ({"app.py": "import flags, later\n" + IN_SPECS + "app.add_api('c.yaml' if flags.OLD else 'a.yaml')\n", "flags.py": "OLD = True\n", "later.py": "import flags\nflags.OLD = False\n"}, (OPEN, "which specification is added")),
    "a member of an enumeration that is known": (IN_SPECS + "import enum\nclass Kind(enum.Enum):\n    OLD = 1\n    NEW = 2\nKIND = Kind.OLD\nmatch KIND:\n    case Kind.NEW:\n        spec = 'a.yaml'\n    case Kind.OLD:\n        spec = 'c.yaml'\napp.add_api(spec)\n", MISSING),
    "a branch in a class": (IN_SPECS + "KIND = 'b'\nclass Settings:\n    if KIND == 'a':\n        spec = 'a.yaml'\n    else:\n        spec = 'c.yaml'\napp.add_api(Settings.spec)\n", MISSING),
    "a field of a data class that a function makes": (IN_SPECS + "from dataclasses import dataclass, field\n@dataclass\nclass Settings:\n    spec: str = field(default_factory=lambda: 'a.yaml')\n    @classmethod\n    def load(cls):\n        return cls()\napp.add_api(Settings.load().spec)\n", SERVES),
    "a pattern": (IN_SPECS + "import re\napp.add_api(re.sub('([A-Z])', lambda found: found.group(1).lower(), 'A.yaml'))\n", SERVES),
    "a pattern that may take long": (IN_SPECS + "import re\napp.add_api(re.sub('(a|a)*b', 'c', 'a.yaml'))\n", (OPEN, "which specification is added")),
    # step by step
    "what is appended to a list that is known": (IN_SPECS + "SPECS = []\nSPECS.append('a.yaml')\nSPECS.append('b.yaml')\nfor s in SPECS:\n    app.add_api(s)\n", SERVES),
    "appended, one is not there": (IN_SPECS + "SPECS = ['a.yaml']\nSPECS.append('c.yaml')\nfor s in SPECS:\n    app.add_api(s)\n", MISSING),
    "appended in a loop": (IN_SPECS + "SPECS = []\nfor n in ('a','c'):\n    if n == 'c':\n        continue\n    SPECS.append(n + '.yaml')\nfor s in SPECS:\n    app.add_api(s)\n", SERVES),
    "appended by a function": (IN_SPECS + "SPECS = []\ndef add(s):\n    SPECS.append(s)\nadd('a.yaml')\nfor s in SPECS:\n    app.add_api(s)\n", (OPEN,"")),
    "extended in a factory": (HEAD + "def create_app(specs=None):\n    specs = specs or []\n    specs.append('a.yaml')\n    specs.extend(['b.yaml'])\n    app = connexion.FlaskApp(__name__, specification_dir='specs')\n    for s in specs:\n        app.add_api(s)\n    return app\napp = create_app()\n", SERVES),
    "a dictionary that is filled": (IN_SPECS + "APIS = {}\nAPIS['/x'] = 'a.yaml'\nAPIS.update({'/y': 'c.yaml'})\nfor b, s in APIS.items():\n    app.add_api(s, base_path=b)\n", MISSING),
    "imported, then appended to": ({"app.py":"from base import SPECS\n"+IN_SPECS+"SPECS.append('c.yaml')\nfor s in SPECS:\n    app.add_api(s)\n","base.py":"SPECS = ['a.yaml']\n"},MISSING),
    "appended where a variable is set": (IN_SPECS + "SPECS = ['a.yaml']\nif os.environ.get('X'):\n    SPECS.append('c.yaml')\nfor s in SPECS:\n    app.add_api(s)\n", (OPEN,"which specifications a loop")),
    "os.walk": (HERE + "for folder, _, names in os.walk(osp.join(osp.dirname(__file__), 'specs')):\n    for n in names:\n        if n.endswith('.yaml'):\n            app.add_api(osp.join(folder, n))\n", SERVES),
    "os.walk into a list": (HERE + "found = []\nfor folder, _, names in os.walk(osp.dirname(osp.abspath(__file__))):\n    found += [osp.join(folder, n) for n in names if n.endswith('.yaml') and 'specs' in folder]\nfor s in found:\n    app.add_api(s)\n", SERVES),
    "a counter": (IN_SPECS + "SPECS = ['a.yaml', 'c.yaml']\ni = 0\nwhile i < len(SPECS):\n    app.add_api(SPECS[i])\n    i += 1\n", MISSING),
    "taken from a list": (IN_SPECS + "SPECS = ['a.yaml', 'c.yaml']\nwhile SPECS:\n    s = SPECS.pop()\n    app.add_api(s)\n", MISSING),
    "while, a list of versions": (IN_SPECS + "VERSIONS = []\nn = 1\nwhile n < 3:\n    VERSIONS.append(f'/v{n}')\n    n += 1\nfor v in VERSIONS:\n    app.add_api('a.yaml', base_path=v)\n", SERVES),
    "namedtuple": (IN_SPECS + "from collections import namedtuple\nApi = namedtuple('Api', 'spec base')\nfor api in [Api('a.yaml', '/x'), Api(spec='c.yaml', base='/y')]:\n    app.add_api(api.spec, base_path=api.base)\n", MISSING),
    "NamedTuple, unpacked": (IN_SPECS + "from typing import NamedTuple\nclass Api(NamedTuple):\n    spec: str\n    base: str = '/z'\nfor s, b in [Api('a.yaml', '/x'), Api(spec='c.yaml')]:\n    app.add_api(s, base_path=b)\n", MISSING),
    "NamedTuple, called": (IN_SPECS + "import typing\nApi = typing.NamedTuple('Api', [('spec', str), ('base', str)])\nfor s, b in [Api('a.yaml', '/x'), Api(spec='c.yaml', base='/k')]:\n    app.add_api(s, base_path=b)\n", MISSING),
    "fnmatch": (IN_SPECS + "import fnmatch\nfor s in fnmatch.filter(os.listdir(osp.join(osp.dirname(__file__), 'specs')), '*.yaml'):\n    app.add_api(s)\n", SERVES),
    "map and filter": (IN_SPECS + "for s in map(str, filter(None, ['a.yaml', '', 'b.yaml'])):\n    app.add_api(s)\n", SERVES),
    "scandir": (HERE + "with os.scandir(osp.join(osp.dirname(__file__), 'specs')) as it:\n    for e in it:\n        if e.name.endswith('.yaml') and e.is_file():\n            app.add_api(e.path)\n", SERVES),
    "sorted by a key": (IN_SPECS + "for s in sorted(['b.yaml', 'a.yaml'], key=len):\n    app.add_api(s)\n", SERVES),
    "a lambda": (IN_SPECS + "spec = lambda n: n + '.yaml'\nfor n in ('a', 'b'):\n    app.add_api(spec(n))\n", SERVES),
    "repeated": (IN_SPECS + "for b, s in zip(['/x', '/y'], ['a.yaml'] * 2):\n    app.add_api(s, base_path=b)\n", SERVES),
    "a function that makes a list": (HEAD + "def specs():\n    found = []\n    for n in ('a', 'c'):\n        found.append(n + '.yaml')\n    return found\napp = connexion.FlaskApp(__name__, specification_dir='specs')\nfor s in specs():\n    app.add_api(s)\n", MISSING),
    "changed by another file": ({"app.py": "import base, more\n" + IN_SPECS + "for s in base.SPECS:\n    app.add_api(s)\n", "base.py": "SPECS = ['a.yaml']\n", "more.py": "import base\nbase.SPECS.append('c.yaml')\n"}, (OPEN, "which specifications a loop adds")),
    # helpers
    "a factory's default": (HEAD + "def create_app(specs=('a.yaml', 'b.yaml')):\n    app = connexion.FlaskApp(__name__, specification_dir='specs')\n    for s in specs:\n        app.add_api(s)\n    return app\napp = create_app()\n", SERVES),
    "a helper called twice": (BY + IN_SPECS + "register(app, 'a')\nregister(app, 'b')\n", SERVES),
    "a helper called twice, one is not there": (BY + IN_SPECS + "register(app, 'a')\nregister(app, 'c')\n", MISSING),
    "a helper in a loop": (BY + IN_SPECS + "for n in ('a', 'b'):\n    register(app, n)\n", SERVES),
    "a helper that nobody calls": (IN_SPECS + "app.add_api('a.yaml')\ndef debug(app):\n    app.add_api('c.yaml')\n", SERVES),
    "a helper of another module": ({"app.py": "from apis import register\n" + IN_SPECS + "for n in ('a', 'b'):\n    register(app, n)\n", "apis.py": BY}, SERVES),
    "two apps of one factory": (HEAD + "def create_app(spec):\n    app = connexion.FlaskApp(__name__, specification_dir='specs')\n    app.add_api(spec)\n    return app\nadmin = create_app('c.yaml')\napp = create_app('a.yaml')\n", SERVES),
    "keywords handed on": (HEAD + "def make(name, **options):\n    app = connexion.FlaskApp(name, **options)\n    app.add_api('a.yaml')\n    return app\napp = make(__name__, specification_dir='specs')\n", SERVES),
    "keywords of a dictionary": (HEAD + "OPTIONS = {'specification_dir': 'specs'}\napp = connexion.FlaskApp(__name__, **OPTIONS)\napp.add_api('a.yaml')\n", SERVES),
    "keywords that are not known": (HEAD + "app = connexion.FlaskApp(__name__, **vars(sys))\napp.add_api('a.yaml')\n", (OPEN, "**vars(sys)")),
    "an API that a variable decides": (IN_SPECS + "app.add_api('a.yaml')\nif os.environ.get('DEBUG'):\n    app.add_api('c.yaml')\n", (OPEN, "whether this API is added is decided when it runs")),
    "an API that a constant turns off": (IN_SPECS + "DEBUG = False\napp.add_api('a.yaml')\nif DEBUG:\n    app.add_api('c.yaml')\n", SERVES),
    # settings
    "a class of settings": ({"app.py": "from settings import Settings as settings\n" + PLACED, "settings.py": "import os\nclass Settings:\n    BASE = os.path.abspath(os.path.dirname(__file__))\n    spec_dir = os.path.join(BASE, 'specs')\n    spec = 'a.yaml'\n"}, SERVES),
    "an object of settings": ({"app.py": "from settings import settings\n" + PLACED, "settings.py": "from pathlib import Path\nclass Settings:\n    def __init__(self, base=Path(__file__).parent):\n        self.spec_dir = base / 'specs'\n        self.spec = 'a.yaml'\nsettings = Settings()\n"}, SERVES),
    "a property": ({"app.py": "from settings import settings\n" + PLACED, "settings.py": "from pathlib import Path\nclass Settings:\n    base = Path(__file__).parent\n    spec = 'a.yaml'\n    @property\n    def spec_dir(self):\n        return self.base / 'specs'\nsettings = Settings()\n"}, SERVES),
    "a data class": ({"app.py": "from settings import Settings\nsettings = Settings(spec='b.yaml')\n" + PLACED, "settings.py": "from dataclasses import dataclass, field\nfrom pathlib import Path\n@dataclass(frozen=True)\nclass Settings:\n    spec: str\n    spec_dir: Path = field(default=Path(__file__).parent / 'specs')\n"}, SERVES),
    "a data class, one is not there": ({"app.py": "from settings import Settings\nsettings = Settings(spec='c.yaml')\n" + PLACED, "settings.py": "from dataclasses import dataclass\n@dataclass\nclass Settings:\n    spec: str\n    spec_dir: str = 'specs'\n"}, MISSING),
    "pydantic's settings": ({"app.py": "from settings import settings\n" + PLACED, "settings.py": "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    spec: str = 'a.yaml'\n    spec_dir: str = 'specs'\nsettings = Settings()\n"}, (OPEN, "imports pydantic_settings")),
    "an enumeration": (IN_SPECS + "import enum\nclass Api(enum.Enum):\n    A = 'a.yaml'\n    B = 'b.yaml'\nfor api in Api:\n    app.add_api(api.value)\n", SERVES),
    "settings of a module": ({"app.py": "import conf.base as base\n" + HEAD + "app = connexion.FlaskApp(__name__, specification_dir=base.API['dir'])\nfor s in base.API['specs']:\n    app.add_api(s)\n", "conf/__init__.py": "", "conf/base.py": "API = {'dir': 'specs', 'specs': ['a.yaml', 'b.yaml']}\n"}, SERVES),
    "settings that something changes": ({"app.py": "import base\n" + HEAD + "app = connexion.FlaskApp(__name__, specification_dir=base.API['dir'])\napp.add_api('a.yaml')\n", "base.py": "import os\nAPI = {'dir': 'elsewhere'}\nAPI.update(dir=os.environ['X'])\n"}, (OPEN, "")),
    "a file of settings": ({"app.py": "import yaml\nCONFIG = yaml.safe_load(open(__file__.replace('app.py', 'config.yml')))\n" + HEAD + "app = connexion.FlaskApp(__name__, specification_dir=CONFIG['api']['dir'])\napp.add_api(CONFIG['api']['spec'])\n", "config.yml": "api: {dir: specs, spec: a.yaml}\n"}, SERVES),
    "a choice of settings that agree": ({"app.py": "from conf import Config\n" + HEAD + "app = connexion.FlaskApp(__name__, specification_dir=Config.ROOT + '/specs')\napp.add_api(Config.SPEC)\n", "conf.py": "import os\nclass Base:\n    ROOT = os.path.dirname(__file__)\n    SPEC = 'c.yaml'\nclass Live(Base):\n    DEBUG = False\nmatch os.environ.get('STAGE'):\n    case 'live':\n        Config = Live\n    case _:\n        Config = Base\n"}, MISSING),
    "a choice of settings that do not": ({"app.py": "from conf import Config\n" + HEAD + "app = connexion.FlaskApp(__name__, specification_dir='specs')\napp.add_api(Config.SPEC)\n", "conf.py": "import os\nclass Base:\n    SPEC = 'a.yaml'\nclass Live(Base):\n    SPEC = 'c.yaml'\nConfig = Base\nif os.environ.get('STAGE'):\n    Config = Live\n"}, (OPEN, "which specification is added")),
    "a dictionary whose keys are not known": (IN_SPECS + "APIS = {sys.argv[1]: 'a.yaml', '': 'c.yaml'}\nfor base in APIS.keys():\n    app.add_api(APIS[base], base_path=base)\n", MISSING),
    "a value that may be another key's": (IN_SPECS + "APIS = {sys.argv[1]: 'a.yaml'}\napp.add_api(APIS.get('x', 'c.yaml'))\n", (OPEN, "which specification is added")),
    "a dictionary with a value that is not known": (IN_SPECS + "SET = {'spec': 'c.yaml', 'debug': sys.argv[1]}\napp.add_api(SET['spec'])\n", MISSING),
    # templates
    "a template": ({"app.py": HERE + "app.add_api('specs/c.yaml', arguments={'version': sys.argv[1], 'module': 'handlers'})\n", "specs/c.yaml": SPECIFICATION.replace('"1"', "{{ version }}").replace("handlers.hello", "{{ module }}.hello")}, SERVES),
    "a template that leads nowhere": ({"app.py": HERE + "app.add_api('specs/c.yaml', arguments={'version': 'v1', 'module': 'handlers'})\n", "specs/c.yaml": SPECIFICATION.replace('"1"', "{{ version }}").replace("handlers.hello", "{{ module }}.hallo")}, ("fails", "'handlers.hallo' leads to no function")),
    "a template that is filled in later": ({"app.py": HERE + "app.add_api('specs/c.yaml', arguments=dict(module=sys.argv[1]))\n", "specs/c.yaml": SPECIFICATION.replace("handlers.hello", "'{{ module }}.hello'")}, (OPEN, "what GET /hello leads to is filled in when it runs")),
    "keys that stand there again": ({"app.py": HERE + "app.add_api('specs/c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("      operationId", "      <<: &x {description: a}\n      <<: {summary: b}\n      operationId: handlers.nobody\n      operationId")}, SERVES),
    # classes
    "a class that has the app": (HEAD + "class Web:\n    SPEC = 'a.yaml'\n    def __init__(self, directory):\n        self.directory = directory\n        self.app = connexion.FlaskApp(__name__, specification_dir=self.directory)\n        self.app.add_api(self.SPEC)\nweb = Web('specs')\napp = web.app\n", SERVES),
    "a method that adds them": (HEAD + "class Web:\n    def __init__(self, *specs):\n        self.app = connexion.FlaskApp(__name__, specification_dir='specs')\n        self.specs = specs\n        self.load()\n    def load(self):\n        for one in self.specs:\n            self.app.add_api(one)\nweb = Web('a.yaml', 'b.yaml')\napp = web.app\n", SERVES),
    "a class that is the app": (HEAD + "class Api(connexion.FlaskApp):\n    def __init__(self):\n        super().__init__(__name__, specification_dir='specs')\n        self.add_api('a.yaml')\napp = Api()\n", SERVES),
    "a class that is the app, with options": (HEAD + "class Api(connexion.FlaskApp):\n    def __init__(self, name, **kw):\n        super().__init__(name, specification_dir='specs', **kw)\napp = Api(__name__)\napp.add_api('c.yaml')\n", MISSING),
    "an app that is made once": (HEAD + "_app = None\ndef get_app():\n    global _app\n    if _app is None:\n        _app = connexion.FlaskApp(__name__, specification_dir='specs')\n        _app.add_api('a.yaml')\n    return _app\napp = get_app()\n", SERVES),
    "a property that is the app": (HEAD + "class Server:\n    def __init__(self, specs=None):\n        self._specs = specs or ['a.yaml', 'c.yaml']\n        self._app = connexion.FlaskApp(__name__, specification_dir='specs')\n        for spec in self._specs:\n            self._app.add_api(spec)\n    @property\n    def app(self):\n        return self._app\nserver = Server()\napp = server.app\n", MISSING),
    "a method that builds it": (HEAD + "class Server:\n    def build(self, spec):\n        app = connexion.FlaskApp(__name__, specification_dir='specs')\n        self.configure(app, spec)\n        return app\n    def configure(self, app, spec):\n        app.add_api(spec)\napp = Server().build('a.yaml')\n", SERVES),
    "a class method that builds it": (HEAD + "class Server:\n    spec = 'c.yaml'\n    @classmethod\n    def create(cls):\n        app = connexion.FlaskApp(__name__, specification_dir='specs')\n        app.add_api(cls.spec)\n        return app\napp = Server.create()\n", MISSING),
    "one of two that are returned": (HEAD + "def build():\n    app = connexion.FlaskApp(__name__, specification_dir='specs')\n    app.add_api('a.yaml')\n    return app, app.app\napp, flask_app = build()\n", SERVES),
    "a partial": (HEAD + "import functools\nmake = functools.partial(connexion.FlaskApp, specification_dir='specs')\napp = make(__name__)\napp.add_api('a.yaml')\n", SERVES),
    # ways around a call
    "in a try": (IN_SPECS + "try:\n    app.add_api('c.yaml')\nexcept FileNotFoundError:\n    app.add_api('a.yaml')\n", (OPEN, "whether this API is added")),
    "suppressed": (IN_SPECS + "import contextlib\nwith contextlib.suppress(FileNotFoundError):\n    app.add_api('c.yaml')\n", (OPEN, "whether this API is added")),
    "mapped": (IN_SPECS + "list(map(app.add_api, ['a.yaml', 'c.yaml']))\n", (OPEN, "which specifications are added here")),
    "under another name": (IN_SPECS + "add = app.add_api\nadd('c.yaml')\n", (OPEN, "which specifications are added here")),
    "by its name": (IN_SPECS + "getattr(app, 'add_api')('c.yaml')\n", (OPEN, "which specifications are added here")),
    # where modules are, and when
    "a folder that the module puts on its path": ({"app.py": "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'src'))\nfrom shop.web import app\n", "src/shop/__init__.py": "", "src/shop/web.py": "import connexion\nfrom importlib import resources\napp = connexion.FlaskApp(__name__)\nwith resources.as_file(resources.files('shop') / 'spec.yaml') as path:\n    app.add_api(path)\n", "src/shop/spec.yaml": SPECIFICATION.replace("handlers", "shop.handlers"), "src/shop/handlers.py": HANDLERS}, SERVES),
    "an import in a circle": ({"app.py": "import routes\n" + IN_SPECS, "routes.py": "from app import app\napp.add_api('a.yaml')\n"}, ("fails", "cannot import name 'app' from partially initialized module 'app'")),
    "an import in a circle, behind the app": ({"app.py": IN_SPECS + "import routes\n", "routes.py": "from app import app\napp.add_api('a.yaml')\n"}, SERVES),
    # __getattr__ of a module
    "made when it is asked for": (LAZY + "def __getattr__(name):\n    if name == 'app':\n        return _make()\n    raise AttributeError(name)\n", SERVES),
    "made when it is asked for, by another": ({"app.py": "from web import app\n", "web.py": LAZY + "def __getattr__(name):\n    if name != 'app':\n        raise AttributeError(name)\n    globals()['app'] = app = _make()\n    return app\n"}, SERVES),
    "a name that it does not give": (LAZY + "def __getattr__(name):\n    if name == 'application':\n        return _make()\n    raise AttributeError(name)\n", ("fails", "has no 'app'")),
    # documents
    "a loaded document": (HERE + "import yaml\nwith open(Path(__file__).parent / 'specs' / 'a.yaml') as f:\n    spec = yaml.safe_load(f)\napp.add_api(spec)\n", SERVES),
    "a document that a function loads": (HERE + "import yaml\ndef load(name):\n    with open(osp.join(osp.dirname(__file__), 'specs', name)) as f:\n        return yaml.load(f, Loader=yaml.SafeLoader)\napp.add_api(load('a.yaml'), base_path='/z')\n", SERVES),
    "the text of a document": (HERE + "import yaml\napp.add_api(yaml.safe_load(Path(__file__).with_name('specs').joinpath('a.yaml').read_text()))\n", SERVES),
    "a dictionary": (HERE + "app.add_api({'openapi': '3.0.0', 'info': {'title': 't', 'version': '1'}, 'paths': {'/hello': {'get': {'operationId': 'handlers.hallo', 'responses': {'200': {'description': 'ok'}}}}}})\n", ("fails", "'handlers.hallo' leads to no function")),
    "a document of another machine": (HERE + "app.add_api('https://example.org/openapi.yaml')\n", (OPEN, "the specification comes from https://example.org/openapi.yaml")),
    "paths in files": ({"app.py": HERE + "app.add_api('specs/c.yaml')\n", "specs/c.yaml": "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /hello:\n    $ref: paths/hello.yaml\n", "specs/paths/hello.yaml": "get:\n  operationId: handlers.nobody\n  responses: {'200': {description: ok}}\n"}, ("fails", "'handlers.nobody' leads to no function")),
    "a reference to nothing": ({"app.py": HERE + "app.add_api('specs/c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("description: ok", "$ref: '#/components/responses/Ok'")}, ("fails", "Unresolvable JSON pointer: 'components/responses/Ok'")),
    "yes and n": ({"app.py": HERE + "app.add_api('specs/c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("/hello", "/hello/{n}").replace("      responses", "      parameters: [{name: n, in: path, required: yes, schema: {type: string}}]\n      responses"), "handlers.py": "def hello(n):\n    return {}\n"}, SERVES),
    # handlers
    "a method of an object": ({"app.py": IN_SPECS + "app.add_api('c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("handlers.hello", "handlers.api.get"), "handlers.py": "class Base:\n    def get(self):\n        return {}\nclass Hello(Base):\n    pass\napi = Hello()\n"}, SERVES),
    "a method that an object has not": ({"app.py": IN_SPECS + "app.add_api('c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("handlers.hello", "handlers.api.gett"), "handlers.py": "class Hello:\n    def get(self):\n        return {}\napi = Hello()\n"}, ("fails", "'handlers.api.gett' leads to no function")),
    "a server's whole address": ({"app.py": IN_SPECS + "app.add_api('a.yaml')\n", "specs/a.yaml": SPECIFICATION.replace("paths:", "servers: [{url: 'https://{host}:80/v1/', variables: {host: {default: a.b}}}]\npaths:")}, ("serves", "")),
    "a server's path without its slash": ({"app.py": IN_SPECS + "app.add_api('a.yaml')\n", "specs/a.yaml": SPECIFICATION.replace("paths:", "servers: [{url: v1}]\npaths:")}, ("fails", "URL rule 'v1' must start with a slash")),
    "a base path without its slash": ({"app.py": IN_SPECS + "app.add_api('a.yaml', base_path='v1')\n"}, ("fails", "URL rule 'v1' must start with a slash")),
    "an app behind a star": ({"app.py": "from shop import *\n", "shop.py": IN_SPECS + "app.add_api('a.yaml')\n"}, SERVES),
    "an app behind two stars": ({"app.py": "from shop import *\n", "shop/__init__.py": "from .web import *\n__all__ = ['app']\n", "shop/web.py": IN_SPECS + "app.add_api('c.yaml')\n"}, MISSING),
    "an app that a star leaves out": ({"app.py": "from shop import *\n", "shop.py": IN_SPECS + "__all__ = ('other',)\nother = 1\n"}, ("fails", "has no 'app'")),
    "an app behind the star of a library": ({"app.py": "from shop import *\nfrom os.path import *\n", "shop.py": IN_SPECS}, (OPEN, "app.py:2: whether app has app cannot be read")),
    "a file that is asked for": ({"app.py": IN_SPECS + "for s in ('a.yaml', 'c.yaml'):\n    if osp.exists(osp.join('specs', s)) and (Path(__file__).parent / 'specs' / s).is_file():\n        app.add_api(s)\n"}, SERVES),
    "a member of an enumeration by its name": ({"app.py": "import enum\nclass Spec(enum.Enum):\n    ONE = 'a.yaml'\n    TWO = 'c.yaml'\n" + IN_SPECS + "app.add_api(Spec['TWO'].value)\n"}, MISSING),
    "a function behind a star": ({"app.py": IN_SPECS + "app.add_api('c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("handlers.hello", "api.hello"), "api/__init__.py": "from .one import *\n", "api/one.py": HANDLERS}, SERVES),
    "no function behind a star": ({"app.py": IN_SPECS + "app.add_api('c.yaml')\n", "specs/c.yaml": SPECIFICATION.replace("handlers.hello", "api.helo"), "api/__init__.py": "from .one import *\n", "api/one.py": HANDLERS}, ("fails", "'api.helo' leads to no function")),
    "a resolver that is given a module": ({"app.py": IN_SPECS + "import api.v1 as v1\nfrom connexion.resolver import RelativeResolver\napp.add_api('c.yaml', resolver=RelativeResolver(v1))\n", "specs/c.yaml": SPECIFICATION.replace("handlers.hello", "hello"), "api/__init__.py": "", "api/v1.py": HANDLERS}, SERVES),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_what_is_added(name: str, tmp_path: Path) -> None:
    app, (verdict, reason) = TABLE[name]
    files = {**FILES, **(app if isinstance(app, dict) else {"app.py": app})}
    found = verdict_of(files, UVICORN, tmp_path)
    assert (found.verdict.value, reason in found.reason) == (verdict, True), found.reason


# What takes years, or all memory there is, when it is followed to its end.
ENDLESS = {
    "recursion": (HEAD + "def f(n):\n    return f(n)\napp = connexion.FlaskApp(__name__, specification_dir=f(1))\napp.add_api('a.yaml')\n", "which specification is added"),
    "a property of itself": (HEAD + "class A:\n    @property\n    def y(self):\n        return self.y\napp = connexion.FlaskApp(__name__, specification_dir=A().y)\napp.add_api('a.yaml')\n", "which specification is added"),
    "turns": (IN_SPECS + "R = range(400)\nfor a in R:\n  for b in R:\n    for c in R:\n      app.add_api('a.yaml', base_path=f'/{a}/{b}/{c}')\n", "how often this API is added"),
    "entries": (IN_SPECS + "R = range(400)\nL = [x for x in R for y in R for z in R for w in R]\nfor s in L:\n    app.add_api('a.yaml')\n", "which specifications a loop adds"),
    "width": (HEAD + "app = connexion.FlaskApp(__name__, specification_dir='{:>9999999999}'.format('specs'))\napp.add_api('a.yaml')\n", "which specification is added"),
    "width of a number": (HEAD + "app = connexion.FlaskApp(__name__, specification_dir='%9999999999s' % 'specs')\napp.add_api('a.yaml')\n", "which specification is added"),
    "length": (HEAD + "a = 'x' * 9\nb0 = 'xxxxxxxx'\n" + "".join(f"b{n + 1} = b{n} + b{n}\n" for n in range(40)) + "app = connexion.FlaskApp(__name__, specification_dir=b40)\napp.add_api('a.yaml')\n", "which specification is added"),
    "calls": (HEAD + "".join(f"def f{n}(x): return f{n + 1}(x) + f{n + 1}(x)\n" for n in range(40)) + "def f40(x): return x\napp = connexion.FlaskApp(__name__, specification_dir=f0('a'))\napp.add_api('a.yaml')\n", "which specification is added"),
    "the whole disk": (HERE + "for f in Path('/').rglob('*.yaml'):\n    app.add_api(f)\n", "which specifications a loop adds"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_what_is_too_much_is_unknown(name: str, tmp_path: Path) -> None:
    app, reason = ENDLESS[name]
    before = time.process_time()
    found = verdict_of({**FILES, "app.py": app}, UVICORN, tmp_path)
    assert (found.verdict.value, reason in found.reason) == ("unknown", True), found.reason
    assert time.process_time() - before < 10
