"""Topics for tests over a broker. Needs confluent-kafka."""
from confluent_kafka.admin import AdminClient, NewTopic


def make_topics(brokers, partitions, *names):
    # It must live until they are made.
    admin = AdminClient({"bootstrap.servers": brokers})
    for future in admin.create_topics([NewTopic(name, partitions, 1) for name in names]).values():
        future.result(30)
