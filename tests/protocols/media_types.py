"""For schemathesis: bodies of the media types that it does not write itself are sent as they are made, which is as text."""
import schemathesis

for media_type in ["application/vnd.apache.arrow.stream", "application/jsonl", "text/csv"]:
    schemathesis.serializer.alias(media_type, "text/plain")
