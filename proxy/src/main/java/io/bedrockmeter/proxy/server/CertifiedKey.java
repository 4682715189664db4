package io.bedrockmeter.proxy.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate chain and the private key that belongs to it, which is proven by a signature: files that are replaced one after
 * the other do not fit for a moment, and a server that took them could not be talked to.
 *
 * @param key the private key
 * @param chain the chain, leaf first
 */
record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] ANYTHING = {1, 2, 3};

    CertifiedKey {
        chain = List.copyOf(chain);
    }

    /**
     * Reads two PEM files.
     *
     * @throws IOException if one cannot be read
     * @throws GeneralSecurityException if one does not hold what it should, or they do not belong together
     */
    static CertifiedKey read(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain;
        try (InputStream in = Files.newInputStream(certificateFile)) {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        }
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("the first holds no certificate");
        }
        Matcher pem = PKCS8.matcher(Files.readString(keyFile));
        if (!pem.find()) {
            throw new GeneralSecurityException("the second holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY)");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        PublicKey certified = chain.get(0).getPublicKey();
        PrivateKey key =
                KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        if (!isPair(key, certified)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
        return new CertifiedKey(key, chain);
    }

    private static boolean isPair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (certified.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> certified.getAlgorithm();
                });
        signature.initSign(key);
        signature.update(ANYTHING);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(ANYTHING);
        return signature.verify(signed);
    }

    X509Certificate[] chainArray() {
        return chain.toArray(X509Certificate[]::new);
    }
}
