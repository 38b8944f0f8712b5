"""A story as a table: one row a telling of a claim, with how the claim stands."""

from collections.abc import Iterator

from kildespor.export.csv import table
from kildespor.stories.model import Claim, Story

COLUMNS = (
    "claim",
    "claim_text",
    "outlets",
    "independent",
    "origins",
    "denied_by",
    "article",
    "outlet",
    "published",
    "title",
    "polarity",
    "hedged",
    "attribution",
    "source",
    "chain",
    "text",
)


def story_table(story: Story) -> str:
    """Return a story as CSV, a line of column names first; ``outlets`` to ``denied_by`` are the claim's standing.
    Several names stand with " > " between them in a chain, which begins with the source, with "; " elsewhere."""
    return table([COLUMNS, *(row for claim in story.claims for row in _rows(claim, story))])


def _rows(claim: Claim, story: Story) -> Iterator[tuple[object, ...]]:
    standing = claim.standing
    origins = "; ".join(origin.name for origin in claim.origins if origin.counts)
    for report in claim.reports:
        article = story.article(report.article)
        yield (
            claim.id,
            claim.text,
            standing.outlets,
            standing.independent,
            origins,
            "; ".join(standing.denied_by),
            article.id,
            article.outlet,
            article.published,
            article.title,
            report.polarity,
            "yes" if report.hedged else "no",
            report.attribution,
            report.source,
            " > ".join(report.chain),
            report.text,
        )
