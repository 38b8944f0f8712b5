"""The HTTP API: the calls of the command line under ``/api/``, with the same names.

``calls`` are the calls, ``asked`` what they may be asked, ``answering`` turns a request into one and its value into an
answer, ``document`` describes them all in OpenAPI.
"""
