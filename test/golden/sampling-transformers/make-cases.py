"""Makes cases.json: random logits and texts, and what the logits processors of transformers (5.17.0, torch 2.11.0) leave.

python3 make-cases.py > cases.json

Numbers are whole: logits in thousandths, probabilities in millionths.
"""

import json
import random

import torch
from transformers.generation.logits_process import (
    MinNewTokensLengthLogitsProcessor,
    NoBadWordsLogitsProcessor,
    NoRepeatNGramLogitsProcessor,
)

VOCABULARY = 20
END = 19
rng = random.Random(20261124)


def text(least):
    """Few different tokens, and copies of what was there, so that there are repetitions."""
    tokens = []
    count = rng.randint(least, 60)
    while len(tokens) < count:
        length = rng.randint(1, 6)
        copy = len(tokens) > 0 and rng.random() < 0.5
        start = rng.randrange(len(tokens)) if copy else 0
        for i in range(length):
            tokens.append(tokens[start + i] if copy else rng.randint(0, 7))
    return tokens


def no_repeat_ngram(previous):
    n = rng.randint(1, 5)
    return {"n": n}, NoRepeatNGramLogitsProcessor(n)


def bad_words(previous):
    words = []
    for _ in range(rng.randint(1, 6)):
        # Half of them continue the text's end, so that they apply.
        length = rng.randint(1, 4)
        ending = previous[len(previous) - length + 1 :] if length > 1 else []
        word = (ending if rng.random() < 0.5 else [rng.randint(0, 7) for _ in ending]) + [rng.randint(0, END - 1)]
        if word not in words:
            words.append(word)
    return {"words": words}, NoBadWordsLogitsProcessor(words, eos_token_id=END)


def min_tokens(previous):
    prompt_length = rng.randint(0, len(previous))
    n = rng.randint(0, 30)
    ends = rng.sample(range(VOCABULARY), rng.randint(1, 3))
    processor = MinNewTokensLengthLogitsProcessor(prompt_length, n, ends, device="cpu") if n > 0 else None
    return {"n": n, "end_tokens": ends, "prompt_length": prompt_length}, processor


def case(name, make):
    # The processor of bad words skips a word that is longer than the text, although all but its last token may be there.
    previous = text(4 if name == "bad_words" else 0)
    parameters, processor = make(previous)
    spread = rng.choice([1, 2, 3, 4])
    thousandths = []
    while len(thousandths) < VOCABULARY:
        value = round(1000 * rng.gauss(0, spread))
        if value not in thousandths:
            thousandths.append(value)
    scores = torch.tensor([[value / 1000 for value in thousandths]])
    input_ids = torch.tensor([previous], dtype=torch.long)
    kept = scores if processor is None else processor(input_ids, scores)
    probabilities = torch.softmax(kept.double(), -1)[0].tolist()
    alive = [i for i in range(VOCABULARY) if kept[0, i].item() > -float("inf")]
    return {
        "samplers": [{name: parameters}],
        "previous": previous,
        "logits": thousandths,
        "kept": [[i, round(1e6 * probabilities[i])] for i in alive],
    }


cases = [case("no_repeat_ngram", no_repeat_ngram) for _ in range(250)]
cases += [case("bad_words", bad_words) for _ in range(200)]
cases += [case("min_tokens", min_tokens) for _ in range(200)]
print("[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in cases) + "\n]")
