"""A ClickHouse server: the engine of the npm package chdb has the listeners of one, which its binding for Node can't start.

Usage: python3 server.py <folder of the data> <port of HTTP> <port of the native protocol> [<configuration>]

It ends when its standard input does, so that none is left behind.
"""

import ctypes
import glob
import os
import sys

path, http_port, tcp_port, *configuration = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
[engine] = glob.glob(os.path.join(here, 'node_modules/@chdb/*/libchdb.*'))

arguments = [
    'clickhouse',
    f'--path={path}',
    '--listen_host=127.0.0.1',
    f'--http_port={http_port}',
    f'--tcp_port={tcp_port}',
    *(f'--config-file={file}' for file in configuration),
    '--query='
    'SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; '
    "SELECT count() FROM file('-', LineAsString, 'line String') FORMAT Null",
]
texts = [argument.encode() for argument in arguments]
ctypes.CDLL(engine).chdb_query_cmdline(len(texts), (ctypes.c_char_p * len(texts))(*texts))
