"""Whether a server answers: the health checks of compose.yaml. Exit 0 or 1.

Usage: answers.py http://HOST:PORT/PATH | grpc://HOST:PORT
"""

import sys
import urllib.error
import urllib.request

PATIENCE_S = 5


def answers(address: str) -> bool:
    """Whether Dagster's code server, or a page, says that it is well."""
    if address.startswith("grpc://"):
        import grpc  # only here, since it takes a while
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        with grpc.insecure_channel(address.removeprefix("grpc://")) as channel:
            asked = health_pb2.HealthCheckRequest(service="DagsterApi")
            try:
                said = health_pb2_grpc.HealthStub(channel).Check(asked, timeout=PATIENCE_S)
            except grpc.RpcError:
                return False
            return said.status == health_pb2.HealthCheckResponse.SERVING
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(not answers(sys.argv[1]))
