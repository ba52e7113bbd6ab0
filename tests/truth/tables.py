"""The tables that the cells are made from; `tests.truth.cells` reads them.

`GRID` crosses a target with launches that have a short name in `LAUNCHES`; `SINGLES` gives whole
commands. A star marks the cells that run fast enough, and matter enough, for every test run.
In a command, `{target}` stands for the target, `{bind}` for `127.0.0.1:PORT`, `{port}` for the
port, and `{socket}` for the path of a Unix socket; they get their values when the cell is run.
"""

from __future__ import annotations

LAUNCHES = {
    "g-sync": "gunicorn -w 1 -b {bind} {target}",
    "g-gthread": "gunicorn -w 1 -k gthread --threads 2 -b {bind} {target}",
    "g-gevent": "gunicorn -w 1 -k gevent -b {bind} {target}",
    "g-uvw": "gunicorn -w 1 -k uvicorn.workers.UvicornWorker -b {bind} {target}",
    "g-uvw2": "gunicorn -w 1 -k uvicorn_worker.UvicornWorker -b {bind} {target}",
    "g-asgi": "gunicorn -w 1 -k asgi -b {bind} {target}",
    "uvicorn": "uvicorn --host 127.0.0.1 --port {port} {target}",
    "u-wsgi": "uvicorn --interface wsgi --host 127.0.0.1 --port {port} {target}",
    "u-asgi3": "uvicorn --interface asgi3 --host 127.0.0.1 --port {port} {target}",
    "u-factory": "uvicorn --factory --host 127.0.0.1 --port {port} {target}",
    "hypercorn": "hypercorn -b {bind} {target}",
    "daphne": "daphne -b 127.0.0.1 -p {port} {target}",
    "granian": "granian --interface asgi --host 127.0.0.1 --port {port} {target}",
    "granian-wsgi": "granian --interface wsgi --host 127.0.0.1 --port {port} {target}",
    "granian-rsgi": "granian --host 127.0.0.1 --port {port} {target}",
    "granian-factory": "granian --interface asgi --factory --host 127.0.0.1 --port {port} {target}",
    "waitress": "waitress-serve --listen {bind} {target}",
    "waitress-call": "waitress-serve --call --listen {bind} {target}",
    "uwsgi": "uwsgi --http-socket {bind} --master --need-app --enable-threads --module {target}",
    "uwsgi-lazy": "uwsgi --http-socket {bind} --master --need-app --lazy-apps --module {target}",
    "uwsgi-single": "uwsgi --http-socket {bind} --need-app --module {target}",
    "flask": "flask --app {target} run --host 127.0.0.1 --port {port}",
    "python": "python start.py {target} {port}",
}

WSGI = "g-sync g-gthread g-gevent"
GUNICORN = f"{WSGI} g-uvw g-uvw2 g-asgi"
UVICORN = "uvicorn u-wsgi u-asgi3"
OTHERS = "hypercorn daphne granian granian-wsgi waitress"

# environment | target | launches: one cell for each launch.
GRID = f"""
c3new   | app:app                         | g-sync* g-gthread* g-gevent* g-uvw* g-uvw2* g-asgi*
c3new   | app:app                         | uvicorn* u-wsgi* u-asgi3 {OTHERS} granian-rsgi
c3new   | app:app.app                     | g-sync* g-gthread g-gevent g-uvw g-uvw2 g-asgi
c3new   | app:app.app                     | uvicorn* u-wsgi u-asgi3 {OTHERS}
c3new   | app:application                 | g-sync* g-gthread g-gevent g-uvw* g-uvw2 g-asgi
c3new   | app:application                 | uvicorn* u-wsgi u-asgi3 {OTHERS}
c3new   | app                             | g-sync* g-asgi uvicorn hypercorn waitress
c3new   | async_app:app                   | g-sync* g-gthread g-gevent g-uvw g-uvw2* g-asgi
c3new   | async_app:app                   | uvicorn* u-wsgi u-asgi3 {OTHERS}
c3new   | bridged:application             | g-sync* g-gthread g-gevent* g-uvw* g-uvw2 g-asgi
c3new   | bridged:application             | uvicorn* u-wsgi* u-asgi3 {OTHERS}
c3new   | wrong_way:application           | g-sync g-gthread g-gevent g-uvw g-uvw2 g-asgi
c3new   | wrong_way:application           | uvicorn* u-wsgi u-asgi3 {OTHERS}
c3new   | wrong_way_asgiref:application   | {GUNICORN} uvicorn* {UVICORN} {OTHERS}
c3new   | wrong_way_starlette:application | {GUNICORN} uvicorn {UVICORN} {OTHERS}
c3new   | wrong_way_uvicorn:application   | {GUNICORN} {UVICORN} {OTHERS}
c3new   | wrong_way_inner:application     | {GUNICORN} uvicorn* {UVICORN} {OTHERS}
c3new   | factory:create_app()            | g-sync* g-gthread g-gevent g-uvw g-uvw2* g-asgi
c3new   | factory:create_app()            | uvicorn* u-wsgi u-asgi3 u-factory {OTHERS}
c3new   | factory:create_app              | g-sync g-gthread g-gevent g-uvw g-uvw2* g-asgi*
c3new   | factory:create_app              | uvicorn* u-wsgi u-asgi3 u-factory* {OTHERS}
c3new   | factory:create_app              | granian-factory waitress-call
c3new   | factory:create_named            | g-asgi u-factory* uvicorn
c3new   | factory:create_named()          | g-asgi
c3new   | factory:create_named('truth')   | g-asgi* g-sync hypercorn
c3new   | factory:create_optional         | uvicorn u-factory g-uvw2
c3new   | factory:create_nothing          | u-factory uvicorn
c3new   | factory:create_nothing()        | g-asgi
c3new   | factory:create_wrong            | u-factory uvicorn
c3new   | factory:create_wrong()          | g-uvw2
c3new   | factory:create_async            | u-factory uvicorn
c3new   | factory:create_async()          | g-asgi
c3new   | lifespan_app:app                | g-sync g-uvw2 g-asgi uvicorn* {OTHERS}
c3new   | lifespan_fails:app              | g-uvw2 g-asgi uvicorn daphne
c3new   | bridged_lazily:application      | g-sync g-gthread g-asgi uvicorn
c3new   | bridged_twice:application       | g-sync g-uvw2 g-asgi uvicorn
c3new   | bridged_inner:application       | g-sync* g-asgi uvicorn
c3new   | shapes:function                 | g-sync g-uvw2 g-asgi {UVICORN} hypercorn daphne granian
c3new   | shapes:partial                  | g-uvw2 g-asgi uvicorn* u-asgi3* hypercorn daphne granian
c3new   | shapes:coroutine_maker          | g-uvw2 g-asgi uvicorn u-asgi3 hypercorn daphne granian
c3new   | shapes:middleware               | g-sync g-uvw2* g-asgi uvicorn u-asgi3 hypercorn daphne
c3new   | shapes:anything                 | g-sync g-uvw2 g-asgi uvicorn* u-asgi3 hypercorn daphne
c3new   | shapes:plain                    | g-uvw2 g-asgi uvicorn* u-asgi3 hypercorn daphne granian
c3new   | shapes:proxy                    | g-sync g-uvw2 g-asgi uvicorn u-asgi3 hypercorn daphne
c3new   | shapes:TwoSteps                 | g-sync g-uvw2 g-asgi uvicorn u-asgi3 hypercorn daphne
c3new   | shapes:Middleware               | g-asgi uvicorn
c3new   | shapes:inner_wrapped            | g-uvw2 uvicorn
c3new   | wsgi_layers:around_app          | g-sync* g-uvw2 g-asgi uvicorn* waitress
c3new   | wsgi_layers:around_adapter      | g-sync* g-gevent g-uvw2 uvicorn waitress u-wsgi
c3new   | wsgi_layers:anything_around_adapter | g-sync g-uvw2 uvicorn waitress
c3new   | proxy_fix_inside:app            | g-sync g-uvw2 uvicorn
c3new   | asgi_layers:cors                | g-sync g-asgi uvicorn*
c3new   | asgi_layers:mounted             | g-sync g-asgi uvicorn
c3new   | not_apps:nothing                | g-sync* g-uvw2 uvicorn hypercorn waitress
c3new   | not_apps:number                 | g-sync g-uvw2 uvicorn granian daphne
c3new   | not_apps:text                   | uvicorn
c3new   | not_apps:AppClass               | g-sync g-uvw2 g-asgi uvicorn* hypercorn
c3new   | not_apps:holder.app             | uvicorn g-asgi
c3new   | not_apps:Holder.app             | uvicorn
c3new   | not_apps:holder                 | g-sync uvicorn
c3new   | app:no_such_name                | g-sync g-uvw2* uvicorn hypercorn granian waitress
c3new   | no_such_module:app              | g-sync g-uvw2 uvicorn* hypercorn granian waitress
c3new   | no.such.module:app              | g-sync uvicorn
c3new   | app:                            | g-sync uvicorn
c3new   | app.py                          | g-uvw2 uvicorn
c3new   | app:app:app                     | g-uvw2 uvicorn
c3new   | raises:app                      | g-sync g-uvw2* uvicorn hypercorn
c3new   | exits:app                       | g-sync g-uvw2 uvicorn
c3new   | exits_well:app                  | g-sync uvicorn
c3new   | syntax_error:app                | g-uvw2 uvicorn
c3new   | imports_missing:app             | g-uvw2 uvicorn*
c3new   | old_import:app                  | g-uvw2 uvicorn
c3new   | old_keyword:app                 | g-uvw2 uvicorn
c3new   | unresolved:app                  | g-sync g-uvw2 g-asgi* uvicorn* hypercorn
c3new   | unresolved_behind:app           | g-uvw2 uvicorn*
c3new   | unresolved_bridged:application  | g-sync* waitress
c3new   | one_base_path:app               | g-uvw2 g-asgi* uvicorn
c3new   | one_base_path_named:app         | g-asgi uvicorn
c3new   | no_specification:app            | g-uvw2 uvicorn
c3new   | touched:app                     | g-uvw2 uvicorn
c3new   | wrapping:app                    | g-sync g-uvw2 uvicorn
c3new   | wrapping:bare                   | g-uvw2* uvicorn
c3new   | flask_alone:app                 | g-sync g-uvw2
c3new   | beside:flask_app                | g-sync* u-wsgi
c3new   | beside:app                      | g-uvw2 uvicorn
c3new   | mounted:routed                  | g-sync g-uvw2* g-asgi uvicorn hypercorn daphne
c3new   | mounted:dispatched              | g-sync* g-uvw2 uvicorn waitress
c3new   | mounted:dispatched_wrongly      | g-sync uvicorn
c3new   | mounted:shared                  | g-sync uvicorn waitress
c3new   | mounted:proxied                 | g-sync g-uvw2 g-asgi uvicorn
c3new   | proxy_fix_replaced:app          | g-uvw2 uvicorn
c3new   | handler_of_2:app                | g-uvw2 uvicorn
c3new   | crashes:app                   | g-uvw2 uvicorn
c3new   | silent:app                    | g-uvw2 uvicorn
c3new   | factory:create_wrong()        | g-asgi
c3new   | factory:create_wrong          | granian-factory
c3nogunicorn | app:app                  | g-sync* uvicorn
g20newsetuptools | app:app              | g-sync*
c3new   | wants_variable:app            | g-uvw2 uvicorn*
c3new   | wants_service:app             | g-uvw2 uvicorn
c3mid   | app:app                         | u-wsgi {OTHERS} granian-rsgi
c3mid   | app:application                 | {OTHERS}
c3mid   | async_app:app                   | {OTHERS}
c3mid   | bridged:application             | {OTHERS}
c3mid   | factory:create_app()            | hypercorn
c3mid   | factory:create_app              | u-factory granian-factory hypercorn
c3mid   | app:application                 | flask
c3mid   | app:app                         | flask
c3mid   | connexion_run                   | python
c3mid   | inner_run                       | python
c3mid   | uvicorn_run                     | python
c3mid   | waitress_serve                  | python
c3mid   | waitress_bridged                | python
c3old   | app:app                         | u-wsgi {OTHERS} granian-rsgi
c3old   | app:application                 | {OTHERS}
c3old   | async_app:app                   | {OTHERS}
c3old   | bridged:application             | {OTHERS}
c3old   | factory:create_app              | u-factory granian-factory hypercorn
c3old   | app:application                 | flask
c3old   | app:app                         | flask
c3old   | connexion_run                   | python
c3old   | inner_run                       | python
c3old   | uvicorn_run                     | python
c3old   | waitress_serve                  | python
c2new   | app:app                         | {OTHERS} granian-rsgi
c2new   | app:application                 | {OTHERS}
c2151   | app:app                         | {OTHERS} granian-rsgi
c2151   | app:application                 | {OTHERS}
c2151   | to_asgi:application             | {OTHERS}
c2151   | bridged:application             | {OTHERS}
c3miduwsgi | app:app                      | uwsgi uwsgi-single
c3miduwsgi | app:application              | uwsgi
c3miduwsgi | bridged:application          | uwsgi uwsgi-lazy uwsgi-single
c3olduwsgi | app:app                      | uwsgi uwsgi-single
c3olduwsgi | app:application              | uwsgi
c3olduwsgi | bridged:application          | uwsgi uwsgi-lazy uwsgi-single
c2151uwsgi | app:app                      | uwsgi uwsgi-lazy uwsgi-single
c2151uwsgi | app:application              | uwsgi
c2151uwsgi | factory:create_app()         | uwsgi
c3wrapped | wrapped_by_others:traced      | g-sync g-uvw2* g-asgi uvicorn
c3wrapped | wrapped_by_others:traced_adapter | g-sync g-uvw2
c3wrapped | wrapped_by_others:traced_wrongly | g-sync uvicorn
c3wrapped | wrapped_by_others:reported    | g-sync g-uvw2 g-asgi uvicorn
c3wrapped | wrapped_by_others:reported_adapter | g-sync uvicorn
c3wrapped | wrapped_by_others:monitored   | g-sync g-uvw2 g-asgi uvicorn
c3wrapped | wrapped_by_others:monitored_adapter | g-sync uvicorn
c3wrapped | wrapped_by_others:measured    | g-sync g-uvw2 g-asgi uvicorn
c3new   | routes_by_hand:inner            | g-sync
c3new   | routes_by_hand:app              | g-uvw2
c3new   | runs:app                        | g-uvw2 uvicorn
c3new   | guarded:app                     | g-uvw2 uvicorn
c3new   | layered:two                     | g-gevent uvicorn
c3new   | layered:three                   | g-sync uvicorn
c3new   | layered:nameless                | g-sync uvicorn
c3new   | layered:nameless_proxied        | g-sync uvicorn
c3new   | layered:nameless_inner          | g-sync uvicorn
c3new   | layered:anything                | g-sync g-asgi uvicorn hypercorn daphne granian waitress
c3new   | found_late:app                  | daphne granian hypercorn uvicorn g-uvw2 waitress
c3new   | app.py:app                      | granian granian-rsgi granian-wsgi uvicorn
c3new   | package/service/wsgi.py:app     | granian
c3new   | factory.py:create_app           | granian-factory granian
c3new   | needs_lifespan:front            | g-uvw2 g-asgi uvicorn hypercorn granian
c3new   | package.service.wsgi:app        | g-sync g-uvw2* uvicorn hypercorn
c3mid   | app:app                         | g-sync* g-gthread g-gevent g-uvw g-uvw2* g-asgi*
c3mid   | app:app                         | uvicorn waitress
c3mid   | app:application                 | {WSGI} g-uvw g-uvw2 uvicorn waitress
c3mid   | async_app:app                   | {WSGI} g-uvw g-uvw2 uvicorn waitress
c3mid   | bridged:application             | {WSGI} g-uvw g-uvw2 uvicorn waitress
c3mid   | factory:create_app()            | {WSGI} g-uvw g-uvw2 uvicorn waitress
c3old   | app:app                         | g-sync g-gthread g-gevent g-uvw* uvicorn waitress
c3old   | app:application                 | {WSGI} g-uvw* uvicorn waitress
c3old   | async_app:app                   | {WSGI} g-uvw uvicorn waitress
c3old   | bridged:application             | g-sync g-gthread g-gevent g-uvw uvicorn waitress
c3old   | factory:create_app()            | {WSGI} g-uvw uvicorn waitress
c3old   | app:app                         | g-uvw2 g-asgi
c2new   | app:app                         | g-sync* g-gthread g-gevent g-uvw
c2new   | app:app                         | uvicorn* u-wsgi* waitress
c2new   | app:application                 | g-sync g-gthread g-gevent uvicorn u-wsgi
c2new   | app                             | g-sync
c2new   | factory:create_app()            | g-sync uvicorn
c2new   | factory:create_app              | g-sync
c2new   | factory:create_flask()          | g-sync
c2new   | layers:application              | g-sync waitress
c2new   | new_names:app                   | g-sync uvicorn
c2new   | unresolved:app                  | g-sync u-wsgi
c2new   | guarded:app                     | g-sync
c2g21   | app:app                         | g-sync* g-gthread g-gevent
c2g21   | app:application                 | {WSGI}
c2g20   | app:app                         | g-sync* g-gthread g-gevent
c2g20   | app:application                 | {WSGI}
c2151   | app:app                         | g-sync* g-gthread g-gevent g-uvw* g-uvw2 g-asgi*
c2151   | app:app                         | uvicorn* u-wsgi waitress
c2151   | app:application                 | {GUNICORN} uvicorn u-wsgi waitress
c2151   | app:app.app                     | {GUNICORN} uvicorn u-wsgi waitress
c2151   | bridged:application             | g-sync* {GUNICORN} uvicorn u-wsgi waitress
c2151   | to_asgi:application             | {WSGI} g-uvw g-uvw2 g-asgi uvicorn* u-wsgi waitress
c2151   | to_asgi_asgiref:application     | {GUNICORN} uvicorn u-wsgi waitress
c2151   | factory:create_app()            | g-sync g-uvw g-asgi uvicorn
c2151   | layers:application              | g-sync g-asgi
c3noflask | app:app                       | g-uvw2* uvicorn
c3noflask | async_app:app                 | g-sync g-uvw2* uvicorn
c3nouv  | app:app                         | g-sync g-uvw* g-uvw2* g-asgi*
c3nouv  | bridged:application             | g-sync
c3g23nouv | app:app                       | g-sync g-uvw2 g-asgi*
c3g23nouv | bridged:application           | g-sync
badworker | app:app                       | g-sync g-uvw g-uvw2* g-asgi uvicorn
g2410   | app:app                         | g-sync g-uvw g-uvw2* g-asgi uvicorn
c3new   | app:app                         | flask
c3new   | app:application                 | flask
c3new   | app                             | flask*
c3new   | bridged:application             | flask
c3new   | inner_made:create_app           | flask u-factory
c3new   | inner_made                      | flask
c3new   | factory                         | flask
c3new   | forgotten:create_app            | u-factory granian-factory
c3new   | forgotten:service.cx            | g-uvw2 uvicorn hypercorn
c3new   | forgotten:app                   | g-sync uvicorn
c3new   | no_such_module:app              | flask
c3new   | raises:app                      | flask
c3new   | factory:create_app              | flask
c3new   | flask_alone:app                 | flask
c3new   | connexion_run                   | python*
c3new   | connexion_run_string            | python
c3new   | connexion_run_server            | python*
c3new   | inner_run                       | python*
c3new   | inner_debug                     | python
c3new   | uvicorn_run                     | python
c3new   | uvicorn_string                  | python
c3new   | uvicorn_no_such                 | python
c3new   | uvicorn_reload                  | python
c3new   | uvicorn_workers                 | python
c3new   | uvicorn_factory                 | python
c3new   | uvicorn_wsgi                    | python
c3new   | uvicorn_loop                    | python*
c3new   | uvicorn_protocols               | python
c3new   | uvicorn_inner                   | python
c3new   | uvicorn_server                  | python
c3new   | uvicorn_in_a_thread             | python
c3new   | uvicorn_in_a_process            | python
c3new   | waitress_serve                  | python*
c3new   | waitress_bridged                | python*
c3new   | waitress_keyword                | python
c3new   | werkzeug_run                    | python
c3new   | werkzeug_bridged                | python
c3new   | gevent_serve                    | python
c3new   | wsgiref_serve                   | python
c3new   | wsgiref_bridged                 | python
c3new   | hypercorn_serve                 | python
c3new   | granian_serve                   | python
c3new   | granian_rsgi                    | python
c3new   | gunicorn_run                    | python
c3new   | gunicorn_asgi                   | python
c3new   | no_such_way                     | python
c2new   | app:app.app                     | flask
c2new   | app:application                 | flask*
c2new   | app                             | flask
c2new   | app:app                         | flask
c2new   | factory:create_flask()          | flask
c2new   | connexion_run                   | python*
c2new   | connexion_debug                 | python
c2new   | connexion_gevent                | python
c2new   | connexion_tornado               | python
c2new   | connexion_unknown               | python
c2new   | inner_run                       | python
c2new   | waitress_serve                  | python
c2new   | werkzeug_run                    | python
c2new   | wsgiref_serve                   | python
c2new   | uvicorn_run                     | python
c2new   | uvicorn_wsgi                    | python
c2new   | gunicorn_run                    | python
c2151   | app:application                 | flask
c2151   | connexion_run                   | python
c2151   | connexion_debug                 | python
c2151   | connexion_gevent                | python
c2151   | waitress_serve                  | python
c2151   | uvicorn_run                     | python
c2151   | gunicorn_run                    | python
c3nouv  | connexion_run                   | python
c3noflask | connexion_run                 | python
c3uwsgi | app:app                         | uwsgi* uwsgi-lazy uwsgi-single
c3uwsgi | app:application                 | uwsgi uwsgi-lazy
c3uwsgi | app:app.app                     | uwsgi
c3uwsgi | async_app:app                   | uwsgi
c3uwsgi | bridged:application             | uwsgi* uwsgi-lazy* uwsgi-single
c3uwsgi | bridged                         | uwsgi-lazy
c3uwsgi | bridged_lazily:application      | uwsgi uwsgi-lazy
c3uwsgi | wrong_way:application           | uwsgi
c3uwsgi | wsgi_layers:around_adapter      | uwsgi uwsgi-lazy
c3uwsgi | factory:create_app()            | uwsgi
c3uwsgi | factory:create_app              | uwsgi
c3uwsgi | factory:create_nothing()        | uwsgi
c3uwsgi | raises:app                      | uwsgi
c3uwsgi | exits:app                       | uwsgi
c3uwsgi | no_such_module:app              | uwsgi
c3uwsgi | app:no_such_name                | uwsgi
c3uwsgi | not_apps:nothing                | uwsgi
c3uwsgi | not_apps:number                 | uwsgi
c3uwsgi | unresolved_bridged:application  | uwsgi-lazy
c2uwsgi | app:app                         | uwsgi* uwsgi-lazy uwsgi-single
c2uwsgi | app:application                 | uwsgi
c2uwsgi | app                             | uwsgi
c2uwsgi | factory:create_app()            | uwsgi
c2uwsgi | unresolved:app                  | uwsgi
c2uwsgi | layers:application              | uwsgi
c3py38  | app:app                         | g-sync g-uvw g-uvw2 uvicorn
c3py38  | bridged:application             | g-sync
c3py313 | app:app                         | g-sync g-uvw g-uvw2 g-asgi uvicorn
c3py313 | bridged:application             | g-sync g-asgi
"""

# environment | variables, or - | command: one cell.
SINGLES = """
c3new  | - | uvicorn --host 127.0.0.1 --port {port} given:wsgi_middleware *
c3new  | - | uvicorn --host 127.0.0.1 --port {port} given:own_middleware
c3new  | - | uvicorn --host 127.0.0.1 --port {port} given:uri_parser *
c3new  | - | uvicorn --host 127.0.0.1 --port {port} given:error_handler
c3new  | - | uvicorn --host 127.0.0.1 --port {port} not_found:app
c2new  | - | gunicorn -w 1 -b {bind} not_found:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} given:make
c3new  | - | uvicorn --host 127.0.0.1 --port {port} factory:create_wrong
c3new  | - | uvicorn --host 127.0.0.1 --port {port} relative:app
c2new  | - | uvicorn --host 127.0.0.1 --port {port} --interface wsgi --lifespan on app:app *
c2new  | - | uvicorn --host 127.0.0.1 --port {port} --interface wsgi --lifespan auto app:app
c2151  | - | uvicorn --host 127.0.0.1 --port {port} --interface wsgi --lifespan on app:app
c2151  | - | uvicorn --host 127.0.0.1 --port {port} --lifespan on to_asgi_asgiref:application
c2151  | - | uvicorn --host 127.0.0.1 --port {port} --lifespan on to_asgi:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/uvicorn_worker.py app:app *
c3new  | - | gunicorn -w 1 -b {bind} -c conf/asgi.py app:app *
c3new  | - | gunicorn -w 1 -b {bind} -c conf/asgi.py bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/class_object.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/names_app.py *
c3new  | - | gunicorn -w 1 -b {bind} -c conf/names_app_sync.py
c3new  | - | gunicorn -w 1 -b {bind} -c conf/names_app_sync.py bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/misspelt.py app:app *
c3new  | - | gunicorn -w 1 -b {bind} -c conf/preload.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/preload.py bridged:application *
c3new  | - | gunicorn -w 1 -b {bind} -c conf/preload.py -k gthread bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/preload.py bridged_lazily:application
c3new  | - | gunicorn -w 1 -b {bind} --preload -k gevent bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/preload_asgi.py app:app
c3new  | - | gunicorn -w 1 -b {bind} --preload -k uvicorn_worker.UvicornWorker app:app
c3new  | - | gunicorn -w 1 -b {bind} --preload raises:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/threads_asgi.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/threads_uvicorn.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/threads.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/threads.py bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/wrong_type.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/raises.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/no_such_file.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c python:conf.asgi app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/by_environment.py app:app
c3new  | WSGI=1 | gunicorn -w 1 -b {bind} -c conf/by_environment.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/chdir.py elsewhere:app
c3new  | - | gunicorn -w 1 -b {bind} -c conf/gthread.py bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -c conf/asgi.py -k sync app:app
c3new  | GUNICORN_CMD_ARGS='-k asgi' | gunicorn -w 1 -b {bind} app:app *
c3new  | GUNICORN_CMD_ARGS='-k asgi' | gunicorn -w 1 -k sync -b {bind} app:app
c3new  | GUNICORN_CMD_ARGS='-k sync' | gunicorn -w 1 -b {bind} -c conf/asgi.py app:app
c3new  | GUNICORN_CMD_ARGS='-c conf/asgi.py' | gunicorn -w 1 -b {bind} app:app
c3new  | - | env GUNICORN_CMD_ARGS='-k asgi' gunicorn -w 1 -b {bind} app:app
c3new  | - | gunicorn -w 1 -b {bind} -k no_such_worker app:app
c3new  | - | gunicorn -w 1 -b {bind} -k no.such.Worker app:app *
c3new  | - | gunicorn -w 1 -b {bind} -k uvicorn app:app
c3new  | - | gunicorn -w 1 -b {bind} -k eventlet app:app
c3new  | - | gunicorn -w 1 -b {bind} -k tornado app:app
c3new  | - | gunicorn -w 1 -b {bind} -k uvicorn.workers.UvicornH11Worker app:app
c3new  | - | gunicorn -w 1 -b {bind} -k workers.ProxiedWorker app:app *
c3new  | - | gunicorn -w 1 -b {bind} -k workers.UvicornLikeWorker app:app
c3new  | - | gunicorn -w 1 -b {bind} -k workers.UvicornLikeWorker bridged:application
c3new  | - | gunicorn -w 1 -b {bind} -k workers.NoSuchWorker app:app
c3new  | - | gunicorn -w 1 -b {bind} -k workers.FactoryWorker factory:create_app *
c3new  | - | gunicorn -w 1 -b {bind} -k workers.FactoryWorker 'factory:create_app()' *
c3new  | - | gunicorn -w 1 -b {bind} -k workers.FactoryWorker app:app
c3new  | - | gunicorn -w 1 -b {bind} --threads 4 app:app
c3new  | - | gunicorn -w 1 -b {bind} --no-such-option app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi
c3new  | - | gunicorn -w 1 -b {bind} --chdir src -k asgi elsewhere:app *
c3new  | - | gunicorn -w 1 -b {bind} --pythonpath src -k asgi elsewhere:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi elsewhere:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --asgi-lifespan on unresolved:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --asgi-lifespan on app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --asgi-lifespan off lifespan_fails:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --root-path /x app:app
c3new  | - | gunicorn -w 1 -b unix:{socket} -k asgi app:app
c3new  | - | python -m gunicorn -w 1 -b {bind} -k asgi app:app *
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --logger-class no_such.Logger app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --log-config no_such.ini app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --log-config app.py app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --certfile no_such.pem app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --statsd-host localhost:none app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --user no_such_user app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --worker-tmp-dir no_such_folder app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --access-logfile no_such_folder/log app:app
c3new  | - | gunicorn -w 1 -b {bind} -k asgi --reload --reload-engine inotify app:app
c3new  | - | gunicorn -w 0 -b {bind} -k asgi app:app
c3new  | - | gunicorn -w 1 -b {bind} -k uvicorn_worker.UvicornWorker --certfile app.py app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --ws no_such app:app *
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --http no_such:Protocol app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --loop no_such:loop app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --http h11 --loop asyncio --ws none app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --log-config app.py app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --ssl-keyfile no_such.key app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --env-file no_such.env app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port} --header no_such app:app
c3new  | WEB_CONCURRENCY=many | uvicorn --host 127.0.0.1 --port {port} app:app
c3new  | - | hypercorn -b {bind} -k uvloop app:app
c3new  | - | hypercorn -b {bind} -k trio app:app
c3new  | - | hypercorn -b {bind} --certfile no_such.pem --keyfile no_such.key app:app
c3new  | - | hypercorn -b {bind} --log-config no_such.ini app:app
c3new  | - | granian --interface asgi --host 127.0.0.1 --port {port} --blocking-threads 4 app:app
c3new  | - | granian --interface asgi --host 127.0.0.1 --port {port} --process-name x app:app
c3new  | - | waitress-serve --listen {bind} --trusted-proxy-headers x-forwarded-for bridged:application
c3new  | - | daphne -b 127.0.0.1 -p {port} --access-log no_such_folder/log app:app
c2g20  | - | gunicorn -w 1 -b {bind} --certfile no_such.pem app:app
c3new  | - | sh -c 'exec gunicorn -w 1 -b {bind} app:app'
c3new  | - | sh -c 'exec gunicorn -w 1 -b {bind} -k uvicorn_worker.UvicornWorker app:app'
c3new  | - | uvicorn --uds {socket} app:app
c3new  | - | uvicorn --app-dir src --host 127.0.0.1 --port {port} elsewhere:app *
c3new  | - | uvicorn --host 127.0.0.1 --port {port} elsewhere:app
c3new  | - | uvicorn --app-dir package --host 127.0.0.1 --port {port} service.wsgi:app
c3new  | - | uvicorn --lifespan on --host 127.0.0.1 --port {port} unresolved:app
c3new  | - | uvicorn --lifespan off --host 127.0.0.1 --port {port} unresolved:app
c3new  | - | uvicorn --lifespan on --host 127.0.0.1 --port {port} app:app
c3new  | - | uvicorn --lifespan on --host 127.0.0.1 --port {port} bridged:application
c3new  | - | uvicorn --lifespan off --host 127.0.0.1 --port {port} lifespan_fails:app
c3new  | - | uvicorn --interface asgi2 --host 127.0.0.1 --port {port} app:app
c3new  | - | uvicorn --interface asgi2 --host 127.0.0.1 --port {port} shapes:TwoSteps
c3new  | - | uvicorn --factory --interface wsgi --host 127.0.0.1 --port {port} factory:create_app
c3new  | - | uvicorn --factory --host 127.0.0.1 --port {port} app:app
c3new  | - | uvicorn --root-path /x --host 127.0.0.1 --port {port} app:app
c3old  | - | uvicorn --root-path /x --host 127.0.0.1 --port {port} app:app
c3new  | - | uvicorn --workers 2 --host 127.0.0.1 --port {port} app:app
c3new  | - | uvicorn --no-such-option --host 127.0.0.1 --port {port} app:app
c3new  | - | uvicorn --host 127.0.0.1 --port {port}
c3new  | UVICORN_APP=app:app | uvicorn --host 127.0.0.1 --port {port}
c3new  | UVICORN_INTERFACE=wsgi | uvicorn --host 127.0.0.1 --port {port} app:app *
c3new  | UVICORN_INTERFACE=wsgi | uvicorn --host 127.0.0.1 --port {port} bridged:application
c3new  | UVICORN_FACTORY=true | uvicorn --host 127.0.0.1 --port {port} factory:create_app
c3new  | UVICORN_APP_DIR=src | uvicorn --host 127.0.0.1 --port {port} elsewhere:app
c3new  | - | env UVICORN_INTERFACE=wsgi uvicorn --host 127.0.0.1 --port {port} app:app
c3new  | - | python -m uvicorn --host 127.0.0.1 --port {port} app:app
c3new  | - | hypercorn -b {bind} asgi:app:app
c3new  | - | hypercorn -b {bind} wsgi:app:app
c3new  | - | hypercorn -b {bind} wsgi:bridged:application
c3new  | - | granian --interface asginl --host 127.0.0.1 --port {port} app:app
c3new  | - | python -m package {port} *
c3new  | - | python -m package.by_environment {port}
c3new  | TRUTH_PORT=none | python -m package.by_environment {port}
c3new  | - | python -m no_such_package {port}
c3new  | - | python scripts/serve.py {port}
c3new  | - | python -m scripts.serve {port}
c3new  | - | python no_such_file.py {port}
c3new  | - | python own_main.py {port}
c3new  | - | python -I own_main.py {port}
c3new  | - | python -u -X dev -W ignore own_main.py {port}
c3new  | - | python start.py
c3new  | - | env FLASK_APP=app:app flask run --port {port}
c3new  | FLASK_APP=app:application | flask run --port {port}
c3new  | FLASK_APP=bridged.py | flask run --port {port}
c3new  | - | flask run --port {port}
c3new  | - | flask --app app:application run --port {port} --no-such-option
c3new  | - | python -m flask --app app:application --debug run --port {port}
c3new  | - | connexion run openapi.yaml --port {port} *
c3new  | - | connexion run openapi.yaml . -f flask --port {port}
c3new  | - | connexion run unresolved.yaml --port {port}
c3new  | - | connexion run no_such_file.yaml --port {port}
c3new  | - | connexion run openapi.yaml --port {port} --debug
c3new  | - | python -m connexion run openapi.yaml --port {port}
c3nouv | - | connexion run openapi.yaml -f flask --port {port}
c3noflask | - | connexion run openapi.yaml -f flask --port {port}
c2new  | - | connexion run openapi.yaml -H 127.0.0.1 -p {port}
c2new  | - | connexion run unresolved.yaml -H 127.0.0.1 -p {port}
c2new  | - | connexion run openapi.yaml -H 127.0.0.1 -p {port} -w gevent
c2new  | FLASK_APP=app:application | flask run --port {port}
c2151  | - | connexion run openapi.yaml -H 127.0.0.1 -p {port}
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/app.ini
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/bridged.ini *
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/bridged.ini --lazy-apps
c3uwsgi | - | uwsgi --http-socket {bind} uwsgi/lazy.ini *
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/comment.ini
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/repeated.ini
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/chdir.ini
c3uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/file.ini
c3uwsgi | - | uwsgi --http-socket {bind} --yaml uwsgi/lazy.yaml
c3uwsgi | - | uwsgi --http-socket {bind} --xml uwsgi/lazy.xml
c3uwsgi | - | uwsgi --http-socket {bind} -w bridged --need-app -p 2
c3uwsgi | - | uwsgi --http-socket {bind} -w bridged --need-app -p 1
c3uwsgi | - | uwsgi --http-socket {bind} --wsgi-file bridged.py --need-app
c3uwsgi | - | uwsgi --http-socket {bind} --wsgi-file app.py --callable app --need-app
c3uwsgi | - | uwsgi --http-socket {bind} --mount /=bridged:application --need-app
c3uwsgi | - | uwsgi --http-socket {bind} --need-app bridged.py
c3uwsgi | UWSGI_MODULE=bridged | uwsgi --http-socket {bind} --need-app
c3uwsgi | - | uwsgi --http-socket {bind} --need-app
c2uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/app.ini *
c2uwsgi | - | uwsgi --http-socket {bind} --ini uwsgi/file.ini
c3mid  | - | gunicorn -w 1 -k uvicorn.workers.UvicornWorker -b {bind} app:app --root-path /x
c3mid  | - | gunicorn -w 1 -b {bind} -k eventlet app:app
c2151  | - | gunicorn -w 1 -b {bind} --preload app:app
c2151  | - | gunicorn -w 1 -b {bind} --threads 4 app:app
c2new  | - | gunicorn -w 1 -b {bind} -k gthread --threads 4 app:app
"""

# The folder in which gunicorn finds a configuration file that nobody names.
SINGLES_AUTO = """
c3new  | - | gunicorn -w 1 -b {bind} app:app *
c3new  | - | gunicorn -w 1 -b {bind} -k sync app:app
c3new  | GUNICORN_CMD_ARGS='-k sync' | gunicorn -w 1 -b {bind} app:app
"""

# By a part of the command: what a reader of a disagreement should know.
NOTES = {
    "lifespan_fails:": "only the handler itself knows: the doctor is asked to run it",
    "needs_lifespan:": "a request works while the lifespan is up: the doctor is asked to run it",
    "flask_alone:": "no Connexion anywhere: the doctor says so, and that it has no say in the rest",
    "runs:app": "the module starts a server of its own when it is imported",
    "-c conf/raises.py": "gunicorn itself does not come up",
    "--app-dir package": "the folder replaces the working directory: the handlers are not found",
    "--root-path /x": "gunicorn's own worker wants the prefix in the path, uvicorn adds it",
}
