"""A proxy before Roster that loses answers: to a client other than curl, the first one to each request with an
`Idempotency-Key` is API Gateway's own 503, although Roster did what was asked. So the examples have something to repeat.
"""

import http.client
import http.server
import sys
import threading

OWN = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class LossyProxy:
    def __init__(self):
        self.port_of_roster = None
        self.keys = set()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                roster = http.client.HTTPConnection("127.0.0.1", proxy.port_of_roster, timeout=60)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
                roster.request(self.command, self.path, body or None, headers)
                answer = roster.getresponse()
                content = answer.read()
                if proxy.loses(self.headers):
                    self.send_response(503)
                    self.send_header("retry-after", "1")
                    content = b'{"message":"Service Unavailable"}'
                else:
                    self.send_response(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in OWN | {"date"}:
                            self.send_header(name, value)
                if answer.status != 204:
                    self.send_header("content-length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)
                roster.close()

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = pass_on

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *connection):
                # A client that is done may drop its connection.
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(*connection)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def loses(self, headers):
        key = headers.get("idempotency-key")
        if key is None or key in self.keys or headers.get("user-agent", "").startswith("curl"):
            return False
        self.keys.add(key)
        return True
