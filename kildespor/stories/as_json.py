"""A story as the JSON that ``docs/stories.md`` documents."""

from typing import Any

import msgspec

from kildespor.messages import Words
from kildespor.stories.model import Story
from kildespor.stories.verdict import verdict


def story_json(story: Story, words: Words) -> dict[str, Any]:
    """A story as a JSON object: its articles with what each has from others, and its claims with reports, origins and
    verdict. Articles of a folder go by their files, others by their ids."""
    name = {a.id: a.file or a.id for a in story.articles}
    articles = [
        {
            "file": name[a.id],
            "id": a.id,
            "outlet": a.outlet,
            "published": a.published,
            "title": a.title,
            "derived_from": [
                {
                    "article": name.get(x.source, x.source),
                    "how": x.how,
                    "found_by": x.found_by,
                    "share": x.share,
                    "confidence": x.confidence,
                }
                for x in story.links
                if x.article == a.id
            ],
        }
        for a in story.articles
    ]
    claims = []
    for claim in story.claims:
        form = msgspec.to_builtins(claim)
        form["reports"] = [{"file": name[r["article"]], **r} for r in form["reports"]]
        form["origins"] = [o.name for o in claim.origins if o.counts] or [o.name for o in claim.origins[:1]]
        form["origin_details"] = msgspec.to_builtins(claim.origins)
        form["verdict"] = list(verdict(claim, story, words))
        claims.append(form)
    return {"schema": 1, "title": story.title, "articles": articles, "claims": claims}
