"""Everything that everwhen raises, as one tree.

    EverwhenError
    ├── InputError                the call itself is wrong; nothing was changed
    │   ├── ScopeError            no user_id, agent_id or run_id was given, or a bad one
    │   ├── PolicyError           the scope's policy never keeps it
    │   ├── TimeError             a time is naive, unreadable or out of range
    │   └── ContentError          a message or text that can not be stored as given
    ├── NotFoundError             no such id in this scope
    ├── SettingsError             a setting, a spec or a settings file is wrong
    ├── StoreError                the database could not do it; nothing was changed
    │   ├── NotADatabaseError     the file exists and is something else, or is damaged
    │   ├── NewerSchemaError      the file was written by a newer everwhen
    │   ├── ReadOnlyError         the file or its folder can not be written
    │   ├── StoreFullError        the disk or the database is full
    │   ├── StoreBusyError        another process held the write lock for too long
    │   └── EmbedderMismatchError the file's vectors came from another embedder
    ├── ProviderError             an embedder, extractor or other adapter failed
    │   └── UnusableReplyError    a model answered with something that can not be used
    └── MissingExtraError         a feature needs a package that is not installed

A message says what was asked, what was found and what to do next.
"""

__all__ = [
    "ContentError",
    "EmbedderMismatchError",
    "EverwhenError",
    "InputError",
    "MissingExtraError",
    "NewerSchemaError",
    "NotADatabaseError",
    "NotFoundError",
    "PolicyError",
    "ProviderError",
    "ReadOnlyError",
    "ScopeError",
    "SettingsError",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "TimeError",
    "UnusableReplyError",
]


class EverwhenError(Exception):
    """The root: catch this to catch everything that everwhen raises on purpose."""


class InputError(EverwhenError, ValueError):
    """The call itself is wrong; nothing was changed."""


class ScopeError(InputError):
    """No scope id was given, or one that can not be used."""


class PolicyError(InputError):
    """A fact by hand that the policy of its scope never keeps."""


class TimeError(InputError):
    """A time is naive, unreadable or out of range."""


class ContentError(InputError):
    """A message or text that can not be stored as given."""


class NotFoundError(EverwhenError, LookupError):
    """No such id in this scope. An id of another scope looks exactly the same."""


class SettingsError(EverwhenError):
    """A setting, a spec or a settings file is wrong."""


class StoreError(EverwhenError):
    """The database could not do it; nothing was changed."""


class NotADatabaseError(StoreError):
    """The file exists and is something else, or is damaged."""


class NewerSchemaError(StoreError):
    """The file was written by a newer everwhen."""


class ReadOnlyError(StoreError):
    """The file or its folder can not be written."""


class StoreFullError(StoreError):
    """The disk or the database is full."""


class StoreBusyError(StoreError):
    """Another process held the write lock for too long."""


class EmbedderMismatchError(StoreError):
    """The file's vectors came from another embedder than the one in use."""


class ProviderError(EverwhenError):
    """An embedder, extractor or other adapter failed."""


class UnusableReplyError(ProviderError):
    """A model answered, but not with what it was asked for; another question may do better."""


class MissingExtraError(EverwhenError, ImportError):
    """A feature needs a package that is not installed."""
