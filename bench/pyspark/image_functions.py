"""What runs in PySpark's workers: imported there, so that a session opened once serves all later tasks of a process."""

import os
import time
from urllib.parse import unquote, urlparse

import numpy as np
import onnxruntime
import pandas as pd
import pyarrow as pa
from PIL import Image

_sessions = {}


def session_of(model):
    """One session of one thread for each process."""
    if model["path"] not in _sessions:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        _sessions[model["path"]] = onnxruntime.InferenceSession(
            model["path"], options, providers=["CPUExecutionProvider"]
        )
    return _sessions[model["path"]]


def note(progress, rows):
    """As progressFiles.ts reads it."""
    with open(os.path.join(progress, str(os.getpid())), "a") as file:
        file.write(f"{time.time_ns() // 1_000_000} {rows}\n")


def decode(origin, model):
    """uint8 [height, width, 3]; libjpeg scales down while it decodes."""
    size = (model["width"], model["height"])
    with Image.open(unquote(urlparse(origin).path)) as image:
        image.draft("RGB", size)
        return np.asarray(image.convert("RGB").resize(size, Image.Resampling.BILINEAR))


def infer(pixels, model):
    return session_of(model).run([model["output"]], {model["input"]: pixels})[0]


def fused(model, progress):
    """For mapInArrow: origins in, embeddings out."""

    def map_batches(batches):
        for batch in batches:
            origins = batch.column("origin").to_pylist()
            pixels = np.empty((len(origins), model["height"], model["width"], 3), np.uint8)
            for row, origin in enumerate(origins):
                pixels[row] = decode(origin, model)
            embeddings = infer(pixels, model)
            offsets = np.arange(0, embeddings.size + 1, embeddings.shape[1], dtype=np.int32)
            vectors = pa.ListArray.from_arrays(offsets, pa.array(embeddings.ravel()))
            note(progress, len(origins))
            yield pa.RecordBatch.from_arrays(
                [batch.column("image_id"), vectors], ["image_id", "embedding"]
            )

    return map_batches


def decode_row(model):
    """For a plain UDF: Python floats."""
    return lambda origin: decode(origin, model).astype(np.float32).ravel().tolist()


def decode_series(model):
    """For a pandas UDF."""

    def decode_all(origins):
        return pd.Series([decode(origin, model).astype(np.float32).ravel() for origin in origins])

    return decode_all


def predict_series(model, progress):
    """For an iterator pandas UDF, the way that opens a model once for a task."""
    shape = (-1, model["height"], model["width"], 3)
    rows_at_once = 8

    def predict_all(batches):
        for images in batches:
            embeddings = []
            for start in range(0, len(images), rows_at_once):
                pixels = np.stack(images[start : start + rows_at_once].to_list()).reshape(shape)
                embeddings.extend(infer(pixels.astype(np.uint8), model))
                note(progress, len(pixels))
            yield pd.Series(embeddings)

    return predict_all


def count_bytes(batches):
    """For mapInArrow: one row for each batch; the bytes are only counted."""
    for batch in batches:
        blobs = batch.column("blob")
        offsets = np.frombuffer(blobs.buffers()[1], np.int32)
        count = int(offsets[blobs.offset + len(blobs)] - offsets[blobs.offset])
        yield pa.RecordBatch.from_pydict(
            {"blobs": pa.array([len(blobs)], pa.int64()), "bytes": pa.array([count], pa.int64())}
        )
