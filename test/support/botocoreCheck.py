"""Checks requests by the service models that botocore has: a JSON list of them on stdin, a JSON list of what is wrong with each on stdout."""

import json
import sys

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

loader = Loader()
models = {}


def faults(request):
    service = request["service"]
    if service not in models:
        models[service] = ServiceModel(loader.load_service_model(service, "service-2"))
    shape = models[service].operation_model(request["operation"]).input_shape
    return ParamValidator().validate(request["parameters"], shape).generate_report()


json.dump([faults(request) for request in json.load(sys.stdin)], sys.stdout)
