"""Average the weights of several checkpoints of one run (Izmailov et al. 2018): steadier than the last one alone."""

import argparse
from pathlib import Path

import torch


def average(checkpoints: list[Path], out: Path) -> None:
    """Write a checkpoint whose weights are the mean of those given; all must be of one network."""
    states = [torch.load(path, map_location="cpu") for path in checkpoints]
    networks = [state["network"] for state in states]
    mean = {name: torch.stack([n[name] for n in networks]).mean(0) for name in networks[0]}
    torch.save({"network": mean, "done": max(state["done"] for state in states)}, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    average(args.checkpoints, args.out)


if __name__ == "__main__":
    main()
