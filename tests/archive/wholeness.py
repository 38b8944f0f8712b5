"""Whether an archive holds together: every article there whole, with all that is derived from it."""

from sqlalchemy import Connection, func, select, text

from kildespor.archive import Archive, Version, tables


def hold_together(archive: Archive) -> list[Version]:
    """The current versions of an archive in which no article has another, having seen that each is there whole and
    found."""
    versions = list(archive._versions(tables.versions.c.current))

    def counts(connection: Connection) -> dict[str, int]:
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            connection.execute(text("INSERT INTO attribution_words(attribution_words) VALUES ('integrity-check')"))
        every = tables.metadata.sorted_tables
        return {table.name: connection.scalar(select(func.count()).select_from(table)) for table in every}

    found = archive._database.work(counts)
    assert found["articles"] == found["versions"] == len(versions)
    attributions = [one for version in versions for one in version.report.attributions]
    assert found["attributions"] == len(attributions)
    assert found["relays"] == sum(len(one.relays) for one in attributions)
    assert found["sources"] == sum(len(version.report.sources) for version in versions)
    assert found["dates"] == sum(len(version.report.dates) for version in versions)
    return versions
