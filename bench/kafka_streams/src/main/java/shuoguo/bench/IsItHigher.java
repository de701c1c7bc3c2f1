package shuoguo.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The smallest decider in Kafka Streams: exactly_once_v2, an in-memory store with its changelog,
 * and one question, "is this price higher than the highest so far?".
 *
 * <p>What it leaves out of our deciders' work: every guard but that one, refusals with reasons,
 * the rule that a command's id decides once, the hash chain, time by ticks.
 *
 * <p>It reads {@code --count} commands from {@code --topic-in} ({@code {"body":{"amount_fen":N}}},
 * keyed by bidding) and prints CPU and wall time, counted from the first command to the last;
 * {@code --warm W} leaves the first W of them out of the figures (the JIT compiler's work).
 */
public final class IsItHigher {
    private static final String STORE = "highest";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SECONDS_MAX = 300;

    private final long count;
    private final long warm;
    private final AtomicLong decided = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long cpuAtFirst;
    private volatile long wallAtFirst;
    private volatile long cpuAtLast;
    private volatile long wallAtLast;

    private IsItHigher(long count, long warm) {
        this.count = count;
        this.warm = warm;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> options = options(arguments);
        IsItHigher run = new IsItHigher(
                Long.parseLong(options.get("count")), Long.parseLong(options.get("warm")));
        Topology topology = run.topology(options.get("topic-in"), options.get("topic-out"));
        boolean finished;
        try (KafkaStreams streams = new KafkaStreams(topology, settings(options))) {
            streams.setUncaughtExceptionHandler(error -> {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
                return null;
            });
            streams.start();
            finished = run.done.await(SECONDS_MAX, TimeUnit.SECONDS);
        }
        if (!finished) {
            System.err.println("only " + run.decided.get() + " of " + run.count + " commands came");
            System.exit(1);
        }
        System.out.println(run.report());
    }

    private Topology topology(String topicIn, String topicOut) {
        var store = Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.Long());
        return new Topology()
                .addSource("commands", Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer(), topicIn)
                .addProcessor("decide", Decide::new, "commands")
                .addStateStore(store, "decide")
                .addSink("decisions", topicOut, Serdes.String().serializer(),
                        Serdes.ByteArray().serializer(), "decide");
    }

    private static Properties settings(Map<String, String> options) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "is-it-higher-" + UUID.randomUUID());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, options.get("bootstrap"));
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, options.get("state-dir"));
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
                "earliest");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        return settings;
    }

    /** Called before each decision: the clock starts at the first command after the warm ones. */
    private void onCommand() {
        if (decided.get() == warm) {
            cpuAtFirst = cpuNanoseconds();
            wallAtFirst = System.nanoTime();
        }
    }

    /** Called after each decision: the clock stops at the last one. */
    private void onDecision() {
        if (decided.incrementAndGet() == count) {
            cpuAtLast = cpuNanoseconds();
            wallAtLast = System.nanoTime();
            done.countDown();
        }
    }

    private String report() {
        long counted = count - warm;
        double cpuSeconds = (cpuAtLast - cpuAtFirst) / 1e9;
        double wallSeconds = (wallAtLast - wallAtFirst) / 1e9;
        ObjectNode told = JSON.createObjectNode();
        told.put("program", "kafka-streams exactly_once_v2, in-memory store, is it higher");
        told.put("count", counted);
        told.put("cpu_seconds", cpuSeconds);
        told.put("wall_seconds", wallSeconds);
        told.put("cpu_us_per_decision", cpuSeconds * 1e6 / counted);
        told.put("decisions_per_second", counted / wallSeconds);
        return told.toString();
    }

    private static long cpuNanoseconds() {
        var system = ManagementFactory.getPlatformMXBean(
                com.sun.management.OperatingSystemMXBean.class);
        return system.getProcessCpuTime();
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int index = 0; index + 1 < arguments.length; index += 2) {
            options.put(arguments[index].replaceFirst("^--", ""), arguments[index + 1]);
        }
        for (String name : new String[] {"bootstrap", "topic-in", "topic-out", "count"}) {
            if (!options.containsKey(name)) {
                throw new IllegalArgumentException("--" + name + " is missing");
            }
        }
        options.putIfAbsent("warm", "0");
        options.putIfAbsent("state-dir",
                System.getProperty("java.io.tmpdir") + "/is-it-higher-" + UUID.randomUUID());
        return options;
    }

    /** One command in, one decision out. */
    private final class Decide implements Processor<String, byte[], String, byte[]> {
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, Long> highest;

        @Override
        public void init(ProcessorContext<String, byte[]> given) {
            context = given;
            highest = given.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> command) {
            if (command.key() == null) {
                return; // a tick
            }
            onCommand();
            try {
                context.forward(command.withValue(decide(command.key(), command.value())));
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
            onDecision();
        }

        private byte[] decide(String bidding, byte[] value) throws IOException {
            JsonNode asked = JSON.readTree(value);
            long price = asked.path("body").path("amount_fen").asLong();
            Long before = highest.get(bidding);
            boolean higher = before == null || price > before;
            if (higher) {
                highest.put(bidding, price);
            }
            ObjectNode told = JSON.createObjectNode();
            told.put("command_id", asked.path("command_id").asText());
            told.put("type", higher ? "bid_accepted" : "bid_rejected");
            told.put("price_fen", price);
            return JSON.writeValueAsBytes(told);
        }
    }
}
