"""Code that surely raises while it is loaded, and code that looks as if it did: read."""

# ruff: noqa: E501  (a row is a module in a line)

from __future__ import annotations

import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest

from tests.reading.test_small_projects import APP, HANDLERS, SPECIFICATION, THREE, UVICORN, verdict_of

HERE = replace(  # what is installed where the tests run
    THREE, paths=(sysconfig.get_paths()["purelib"],), python="{}.{}".format(*sys.version_info)
)
PARTS = {
    "conf.py": "A = 1\n\n\ndef setup(a, *, b=2):\n    return a\n",
    "shop/__init__.py": "from .client import it as client\n",
    "shop/client.py": "class It:\n    def connect(self): pass\n\n\nit = It()\n",
}
RAISES = {
    # names that are not there
    "import flask.nope\n": "No module named 'flask.nope'",
    "from connexion import NoContentX\n": "cannot import name 'NoContentX' from 'connexion'",
    "from connexion.resolver import Nope\n": "cannot import name 'Nope' from 'connexion.resolver'",
    "from starlette.middleware.cors import CorsMiddleware\n": "cannot import name 'CorsMiddleware'",
    "from flask import nope\n": "cannot import name 'nope' from 'flask'",
    "from os import nope\n": "cannot import name 'nope' from 'os'",
    "from collections import Mapping\n": "cannot import name 'Mapping' from 'collections'",
    "import os\nx = os.nope\n": "module 'os' has no attribute 'nope'",
    "import connexion\nx = connexion.nope\n": "module 'connexion' has no attribute 'nope'",
    "import conf\nx = conf.NOPE\n": "module 'conf' has no attribute 'NOPE'",
    "import conf\nconf.nope()\n": "module 'conf' has no attribute 'nope'",
    "from conf import NOPE\n": "cannot import name 'NOPE' from 'conf'",
    "print(nope)\n": "NameError: name 'nope' is not defined",
    "@nope\ndef f(): pass\n": "NameError",
    "def f(x: List[str]): pass\n": "name 'List' is not defined",
    "class A:\n    x = nope\n": "NameError",
    "class A(Nope): pass\n": "NameError",
    "def f(x=nope): pass\n": "NameError",
    "from conf import *\nprint(NOPE)\n": "NameError",
    "x = make()\ndef make(): return 1\n": "name 'make' is not defined",
    "def f():\n    return nope\nf()\n": "NameError",
    # values that cannot be
    "x = 1 / 0\n": "ZeroDivisionError: division by zero",
    "def f():\n    return 1 // 0\nf()\n": "ZeroDivisionError",
    "N = 0\nx = 10 / N\n": "ZeroDivisionError",
    "C = {'a': 1}\nx = C['b']\n": "KeyError: 'b'",
    "C = [1]\nx = C[3]\n": "IndexError: list index out of range",
    "x = int('abc')\n": "ValueError: invalid literal for int()",
    "x = 'a' + 1\n": "TypeError: can only concatenate str",
    "import json\nx = json.load(open('openapi.yaml'))\n": "JSONDecodeError: Expecting value",
    "x = '%s %s' % ('a',)\n": "TypeError: not enough arguments",
    "from dataclasses import dataclass\n@dataclass\nclass S:\n    a: list = []\n": "mutable default <class 'list'> for field a",
    "x = None\nx.y\n": "'NoneType' object has no attribute 'y'",
    "def f():\n    print(1)\nx = f()\nx.run()\n": "'NoneType' object has no attribute 'run'",
    "a, b = (1, 2, 3)\n": "too many values to unpack (expected 2)",
    "a, b, *c = 'x',\n": "not enough values to unpack (expected at least 2, got 1)",
    "def f():\n    return 1, 2, 3\na, b = f()\n": "too many values to unpack (expected 2)",
    "for a, b in [(1, 2, 3)]:\n    pass\n": "too many values to unpack (expected 2)",
    "def f(): pass\na, b = f()\n": "cannot unpack non-iterable NoneType object",
    "'{a}'.format()\n": "KeyError: 'a'",
    "'{} {}'.format(1)\n": "IndexError: Replacement index 1 out of range",
    "import re\nre.compile('(')\n": "missing ), unterminated subpattern",
    "import enum\nclass C(enum.Enum):\n    A = 'a'\nC('b')\n": "ValueError: 'b' is not a valid C",
    "import enum\nclass C(enum.Enum):\n    A = 'a'\nC['B']\n": "KeyError: 'B'",
    "import enum\nclass C(str, enum.Enum):\n    A = 'a'\nC.B\n": "AttributeError: B",
    "import logging.config\nlogging.config.dictConfig({})\n": "ValueError: dictionary doesn't specify a version",
    "import logging.config\nL = {'version': 1, 'root': {'handlers': ['a']}}\nlogging.config.dictConfig(L)\n": "ValueError: Unable to configure root logger",
    "import logging.config\nL = {'version': 1, 'handlers': {'a': {'class': 'nope.X'}}}\nlogging.config.dictConfig(L)\n": "ValueError: Unable to configure handler 'a'",
    # calls that do not fit
    "import conf\nconf.setup()\n": "setup() missing 1 required positional argument: 'a'",
    "from conf import setup\nsetup(1, 2)\n": "setup() takes 1 positional argument but 2 were given",
    "from conf import setup\nsetup(1, c=2)\n": "unexpected keyword argument 'c'",
    "class F:\n    def __init__(self, a): pass\nF()\n": "F.__init__() missing 1 required positional argument: 'a'",
    "import connexion\nx = connexion.FlaskApp()\n": "FlaskApp.__init__() missing 1 required positional argument: 'import_name'",
    "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n    b: str = ''\nC()\n": "C.__init__() missing 1 required positional argument: 'a'",
    "from dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass A:\n    a: int\n@dataclass\nclass B(A):\n    b: list = field(default_factory=list)\nB(1, c=2)\n": "B.__init__() got an unexpected keyword argument 'c'",
    "import connexion\nx = connexion.FlaskApp(__name__, nope=1)\n": "FlaskApp.__init__() got an unexpected keyword argument 'nope'",
    "from connexion.resolver import RestyResolver\nx = RestyResolver()\n": "RestyResolver.__init__() missing 1 required positional argument: 'default_module_name'",
    "from starlette.middleware.gzip import GZipMiddleware\nx = GZipMiddleware(1, size=3)\n": "GZipMiddleware.__init__() got an unexpected keyword argument 'size'",
    "class S:\n    def __init__(self):\n        self.a = 1\n        self.sart()\n    def start(self): pass\nS()\n": "'S' object has no attribute 'sart'",
    "class A:\n    def run(self): pass\nclass B(A): pass\nb = B()\nb.rnu()\n": "'B' object has no attribute 'rnu'",
    "from connexion.middleware import MiddlewarePosition\nx = MiddlewarePosition.BEFORE_NOPE\n": "AttributeError: BEFORE_NOPE",
    "from shop.nowhere import x\n": "No module named 'shop.nowhere'",
    "import connexion\nx = connexion.testing\n": "module 'connexion' has no attribute 'testing'",
    # statements
    "return\n": "SyntaxError: 'return' outside function",
    "if True:\n    await x()\n": "SyntaxError: 'await' outside function",
    "def f(a, a): pass\n": "SyntaxError: duplicate argument 'a'",
    "def f():\n    x = 1\n    global x\n": "SyntaxError: name 'x' is assigned to before global declaration",
    "import sys\nif sys.version_info >= (3, 8):\n    raise RuntimeError('x')\n": "RuntimeError: x",
    "import sys\nif sys.version_info[0] < 4:\n    sys.exit('x')\n": "ends the process",
    "import sys\nsys.exit(3)\n": "ends the process",
    "assert False\n": "AssertionError",
    "X = ''\nassert X, 'no x'\n": "AssertionError: no x",
    "if __name__ != '__main__':\n    raise RuntimeError('x')\n": "RuntimeError: x",
    "if __name__ == '__main__':\n    pass\nelse:\n    raise RuntimeError('x')\n": "RuntimeError: x",
    "if True:\n    raise RuntimeError('(x)')\n": "RuntimeError: (x)",
    "for x in (1, 2):\n    raise ValueError('x')\n": "ValueError: x",
    "try:\n    raise ValueError('x')\nfinally:\n    pass\n": "ValueError: x",
    "try:\n    raise ValueError('x')\nexcept KeyError:\n    pass\n": "ValueError: x",
    "try:\n    raise ValueError('x')\nexcept ValueError:\n    raise\n": "ValueError: x",
    "with open('openapi.yaml') as f:\n    raise ValueError('x')\n": "ValueError: x",
}  # fmt: skip
BEHIND = {  # below the app
    "app.nope()\n": "'FlaskApp' object has no attribute 'nope'",
    "app.app.nope()\n": "'Flask' object has no attribute 'nope'",
    "app.app.config.from_object('conf.Nope')\n": "ImportStringError: import_string() failed for 'conf.Nope'",
    "other = connexion.FlaskApp('b')\nother.add_api('nowhere.yaml')\n": "No such file or directory: 'nowhere.yaml'",
    "app.add_error_handler(ValueError)\n": "missing 1 required positional argument: 'function'",
    "class M:\n    def __init__(self, app, name=1): pass\n    async def __call__(self, a, b, c): pass\napp.add_middleware(M, nam=2)\n": "M.__init__() got an unexpected keyword argument 'nam'",
    "from starlette.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware, allow_method=['*'])\n": "unexpected keyword argument 'allow_method'",
    "app.add_middleware()\n": "missing 1 required positional argument: 'middleware_class'",
    "del app\n": "has no 'app'",
}
QUIET = (
    "try:\n    nope\nexcept NameError:\n    nope = 1\n",
    "try:\n    x = int('abc')\nexcept (TypeError, ValueError):\n    x = 1\n",
    "import contextlib\nwith contextlib.suppress(Exception):\n    raise ValueError('x')\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nowhere import Thing\ndef f(x: 'Thing'): pass\n",
    "from __future__ import annotations\ndef f(x: List[str]) -> Nope: pass\n",
    "def f():\n    return later\nlater = 1\nf()\n",
    "x = None\ndef f():\n    global x\n    x = 'a'\nf()\nprint(x.upper())\n",
    "class W:\n    def __init__(self, name):\n        self.name = name\n        self.load()\n    def load(self): pass\nW('a')\n",
    "a, *b = 'x', 'y', 'z'\nfor c, (d, e) in [(1, (2, 3))]:\n    pass\n",
    "'{a}'.format(**{'a': 1})\nimport re\nre.compile('(a)')\n",
    "import enum\nclass C(enum.Flag):\n    A = 1\n    B = 2\nC(3)\nclass D(enum.Enum):\n    A = 'a'\n    @classmethod\n    def _missing_(cls, value): return cls.A\nD('b')\nD.A.value\n",
    "from dataclasses import dataclass, field\n@dataclass(kw_only=True)\nclass C:\n    a: int\nC(a=1)\n@dataclass\nclass D:\n    a: int = field(init=False)\nD()\n",
    "import connexion, functools\nmake = functools.partial(connexion.FlaskApp, 'a')\nx = make()\n",
    "import connexion\nx = connexion.FlaskApp(__name__, specification_dir='.', server_args={}, lifespan=None)\n",
    "import yaml\nx = yaml.safe_load('a: 1')\nfrom flask import jsonify, Blueprint\nBlueprint('a', __name__)\n",
    "class A:\n    def __init__(self):\n        self.setup()\n        self.a, self.b = 1, 2\n    def setup(self): raise NotImplementedError\nclass B(A):\n    def setup(self): pass\nb = B()\nprint(b.a, b.b)\n",
    "class A:\n    def __getattr__(self, name): return 1\na = A()\nprint(a.b)\nclass C: pass\nc = C()\nsetattr(c, 'd', 1)\nprint(c.d)\n",
    "from connexion.middleware import MiddlewarePosition\nx = MiddlewarePosition.BEFORE_EXCEPTION, MiddlewarePosition.BEFORE_CONTEXT.name\n",
    "import connexion.testing\nx = connexion.testing\ny = connexion.datastructures\n",
    "import sys\nif sys.version_info < (3, 8):\n    raise RuntimeError('x')\nif sys.version_info >= (3, 99, 1) or sys.version_info.major < 3:\n    sys.exit(1)\n",
    "import logging.config\nlogging.config.dictConfig({'version': 1, 'formatters': {'f': {}}, 'handlers': {'a': {'class': 'logging.StreamHandler', 'formatter': 'f'}}, 'root': {'handlers': ['a'], 'level': 'INFO'}})\n",
    "def f():\n    global made\n    made = 1\nf()\nprint(made)\n",
    "globals()['made'] = 1\nprint(made)\n",
    "from conf import *\nprint(A)\n",
    "from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass S:\n    a: ClassVar[list] = []\n    b: tuple = ()\n",
    "x = '%s' % ('a',)\ny = '%(a)s' % {'a': 1}\nz = '100%' + 'a'\n",
    "from shop import client\nclient.connect()\n",
    "class A[T](list[T]):\n    def f(self, x: T) -> T: ...\n",
    "import conf\nconf.NEW = 1\nprint(conf.NEW)\n",
    "def f():\n    yield 1 / 0\nf()\n",
    "async def f():\n    raise ValueError\nf()\n",
    "def f(x):\n    if x:\n        return 1\n    raise ValueError(x)\nf(1)\n",
    "def f(x):\n    while x:\n        return 1\n    raise ValueError(x)\nf(1)\n",
    "for x in ():\n    raise ValueError\n",
    "x = [nope for nope in (1, 2)]\ny = [(z := n) for n in (1, 2)]\nprint(z)\n",
    "x = lambda: nope\n",
    "X = None\nif X:\n    print(nope)\n",
    "X = None\nx = X and X.nope or 1\ny = nope if X else 1\n",
    "C = {}\nC['b'] = 1\nx = C['b']\n",
    "import collections\nC = collections.defaultdict(int)\nx = C['b']\n",
    "C = {'a': 1}\ndef fill():\n    C['b'] = 1\nfill()\nx = C['b']\n",
    "class A:\n    one = 1\n    two = one + 1\n    def f(self, x: 'A') -> 'A': return __class__\n",
    "import os\nx = os.path.join('a', 'b')\ny = os.environ\n",
    "import re, ssl, signal, socket\nx = re.IGNORECASE, ssl.CERT_NONE, signal.SIGTERM, socket.AF_INET\n",
    "import logging.config, concurrent.futures\nx = logging.handlers if hasattr(logging, 'handlers') else 1\n",
    "from flask import __version__\nfrom flask.json.provider import DefaultJSONProvider\n",
    "import xml.etree.ElementTree as ET\nx = ET.Element\n",
    "match 1:\n    case int(n):\n        print(n)\n",
    "try:\n    pass\nexcept Exception as error:\n    print(error)\n",
    "class M(type):\n    def __call__(cls, *a): return 1\nclass A(metaclass=M):\n    def __init__(self, a): pass\nA()\n",
    "def deco(f):\n    return lambda: f(1)\n@deco\ndef f(a): pass\nf()\n",
    "def f(a): pass\nf = f.__class__\nprint(f)\n",
    "from functools import partial\ndef f(a): pass\ng = partial(f, 1)\ng()\n",
    "import sys\nif len(sys.argv) > 100:\n    raise SystemExit(1)\n",
    "print(__name__, __file__, __doc__, __spec__, __builtins__)\n",
)  # fmt: skip


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.reading.test_small_projects.THREE", HERE)


@pytest.mark.parametrize("code", RAISES)
def test_what_surely_raises(code: str, tmp_path: Path) -> None:
    judgement = of(f"{code}{APP}", tmp_path)
    assert (judgement.verdict.value, RAISES[code] in judgement.reason) == ("fails", True), judgement.reason


@pytest.mark.parametrize("code", BEHIND)
def test_what_surely_raises_below_the_app(code: str, tmp_path: Path) -> None:
    judgement = of(f"{APP}{code}", tmp_path)
    assert (judgement.verdict.value, BEHIND[code] in judgement.reason) == ("fails", True), judgement.reason


@pytest.mark.parametrize("code", QUIET)
def test_what_does_not(code: str, tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(code, "utf-8")
    judgement = of(f"{code}{APP}", tmp_path)
    assert judgement.verdict.value == "serves", judgement.reason


def of(code: str, folder: Path, **more: str):  # type: ignore[no-untyped-def]
    files = {"openapi.yaml": SPECIFICATION, "handlers.py": HANDLERS, **PARTS, "app.py": code, **more}
    return verdict_of(files, UVICORN, folder)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("@nope\n", "cannot build its stack: NameError: name 'nope' is not defined"),
        ("from flask import nope\n\n\n", "leads to no function: importing its module raises ImportError"),
        ("from conf import nope\n\n\n", "leads to no function: importing its module raises ImportError"),
    ],
)
def test_modules_of_handlers(code: str, reason: str, tmp_path: Path) -> None:
    judgement = of(APP, tmp_path, **{"handlers.py": f"{code}{HANDLERS}"})
    assert judgement.verdict.value == "fails"
    assert reason in judgement.reason


@pytest.mark.parametrize(("python", "verdict"), [("", "unknown"), ("3.99", "serves"), ("3.8", "unknown")])
def test_names_that_another_python_may_have(
    python: str, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.reading.test_small_projects.THREE", replace(HERE, python=python))
    assert of(f"from itertools import nope\n{APP}", tmp_path).verdict.value == verdict
