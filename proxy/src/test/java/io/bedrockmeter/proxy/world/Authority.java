package io.bedrockmeter.proxy.world;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** An authority that issues client certificates, by the JDK's own tool. */
public final class Authority {
    private static final String PASSWORD = "not-a-secret";
    private static final String ALIAS = "authority";

    private final Path folder;
    private final Path store;
    private final AtomicInteger number = new AtomicInteger();

    private Authority(Path folder, Path store) {
        this.folder = folder;
        this.store = store;
    }

    /**
     * A certificate with its key.
     *
     * @param store both, as a key store
     */
    public record ClientCertificate(Path store) {
        /** Those that show it. */
        public KeyManager[] keyManagers() {
            try {
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(load(store), PASSWORD.toCharArray());
                return factory.getKeyManagers();
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("cannot show " + store, e);
            }
        }
    }

    /** An authority of a name. */
    public static Authority of(String name) {
        try {
            Path folder = Files.createTempDirectory("bedrock-meter-authority");
            Path store = folder.resolve("authority.p12");
            Authority authority = new Authority(folder, store);
            authority.generate(store, ALIAS, "CN=" + name, "-ext", "bc:c", "-validity", "10");
            return authority;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its own certificate, as a PEM file. */
    public Path pem() {
        Path pem = folder.resolve("authority.pem");
        keytool("-exportcert", "-rfc", "-alias", ALIAS, "-keystore", store.toString(), "-file", pem.toString());
        return pem;
    }

    /**
     * Issues a certificate that is valid now.
     *
     * @param subject its distinguished name
     * @param names its alternative names, such as {@code URI:spiffe://example.org/one,DNS:one.example.org}
     */
    public ClientCertificate issue(String subject, String names) {
        return issue(subject, names, "-1d", 5);
    }

    /** Issues one that ran out yesterday. */
    public ClientCertificate issueExpired(String subject, String names) {
        return issue(subject, names, "-4d", 3);
    }

    private ClientCertificate issue(String subject, String names, String from, int days) {
        try {
            String name = "client-" + number.incrementAndGet();
            Path own = folder.resolve(name + ".p12");
            Path request = folder.resolve(name + ".csr");
            Path issued = folder.resolve(name + ".pem");
            generate(own, name, subject);
            keytool("-certreq", "-alias", name, "-keystore", own.toString(), "-file", request.toString());
            keytool(
                    "-gencert",
                    "-rfc",
                    "-alias",
                    ALIAS,
                    "-keystore",
                    store.toString(),
                    "-infile",
                    request.toString(),
                    "-outfile",
                    issued.toString(),
                    "-startdate",
                    from,
                    "-validity",
                    String.valueOf(days),
                    "-ext",
                    "SAN=" + names,
                    "-ext",
                    "EKU=clientAuth");
            KeyStore keys = load(own);
            keys.setKeyEntry(
                    name,
                    keys.getKey(name, PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    new java.security.cert.Certificate[] {certificate(issued), certificate(pem())});
            try (var out = Files.newOutputStream(own)) {
                keys.store(out, PASSWORD.toCharArray());
            }
            return new ClientCertificate(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate for " + subject, e);
        }
    }

    private static java.security.cert.Certificate certificate(Path pem) throws IOException, GeneralSecurityException {
        byte[] text = Files.readString(pem).getBytes(StandardCharsets.US_ASCII);
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(text));
    }

    private void generate(Path into, String alias, String subject, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                subject,
                "-storetype",
                "PKCS12",
                "-keystore",
                into.toString()));
        arguments.addAll(List.of(more));
        keytool(arguments.toArray(String[]::new));
    }

    private void keytool(String... arguments) {
        try {
            List<String> command = new ArrayList<>();
            command.add(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(List.of(arguments));
            command.addAll(List.of("-storepass", PASSWORD));
            int exit = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("keytool.log").toFile())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException(
                        "keytool ended with " + exit + ": " + Files.readString(folder.resolve("keytool.log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making a certificate", e);
        }
    }

    private static KeyStore load(Path store) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
