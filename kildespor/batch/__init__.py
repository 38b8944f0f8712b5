"""Many articles at once: collections in, tables out, on all cores of one machine or on many machines.

``plan`` cuts the input into parts, ``work`` reads one part, ``tables`` writes it, ``output`` keeps the folder and knows
what is done, ``local`` shares the parts out to processes and ``cluster`` to the machines of a Ray cluster. ``run`` puts
them together.
"""

from kildespor.batch.run import Progress, Summary, batch

__all__ = ["Progress", "Summary", "batch"]
